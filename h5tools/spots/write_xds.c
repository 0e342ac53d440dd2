/* Spots are sorted by descending intensity, as XDS sorts its own, and cut at the intensity at which
 * XDS stops reading. */
#include "spots/write_xds.h"

#include <stdlib.h>

#include "base/message.h"
#include "output/atomic_file.h"

/* XDS takes a lower intensity for the end of the list. */
#define MIN_INTENSITY 1

#define LINE_BYTES 50 /* for the check of free space */

static int by_intensity(const void *one, const void *other)
{
    const wn_spot *a = *(const wn_spot *const *)one, *b = *(const wn_spot *const *)other;
    if (a->intensity != b->intensity)
        return a->intensity < b->intensity ? 1 : -1;
    return (a > b) - (a < b);
}

/* The spots that XDS reads, those of highest intensity first; NULL: no memory. */
static const wn_spot **sort_spots(const struct spot_table *table, size_t *n)
{
    const wn_spot **order = malloc((table->spots + 1) * sizeof *order);
    *n = 0;
    if (!order)
        return NULL;
    for (size_t i = 0; i < table->spots; i++)
        if (table->spot[i].intensity >= MIN_INTENSITY)
            order[(*n)++] = &table->spot[i];
    qsort(order, *n, sizeof *order, by_intensity);
    return order;
}

static void write_spots(FILE *out, const wn_spot *const *spot, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%10.3f %10.3f %10.3f %12.2f\n", spot[i]->x + 1, spot[i]->y + 1,
                spot[i]->z + 0.5, spot[i]->intensity);
}

enum outcome spot_xds_write(const char *name, const struct spot_table *table, bool force)
{
    struct atomic_file out;
    size_t n;
    const wn_spot **order = sort_spots(table, &n);
    if (!order) {
        complain_memory();
        return IO_FAILURE;
    }
    enum outcome outcome = atomic_file_create(name, table->file, force, n * LINE_BYTES, &out);
    if (outcome == DONE) {
        if (n < table->spots)
            complain("%s: %zu spots of less than %d count are left out: XDS would stop reading "
                     "there",
                     name, table->spots - n, MIN_INTENSITY);
        write_spots(out.stream, order, n);
        outcome = atomic_file_finish(&out, outcome);
    }
    free(order);
    return outcome;
}
