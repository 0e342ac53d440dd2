/* Rows on demand: dithered means (dithered_means.c), overwritten by the exact pixels of the row,
 * which are in one sorted list. Reading a segment costs one binary search. Memory: 8 bytes for each
 * exact pixel, 1 byte for each pixel. */
#include "decode/lazy_rows.h"

#include <stdlib.h>
#include <string.h>

#include "common/element_type.h"
#include "decode/cell_distributions.h"
#include "decode/count_restore.h"
#include "geometry/map.h"

void wn_lazy_rows_free(struct lazy_rows *r)
{
    free(r->means.mean);
    free(r->index);
    free(r->count);
    free(r->row);
    free(r->unflagged);
    *r = (struct lazy_rows){0};
}

bool wn_lazy_rows_can(const struct separated_frame *frame, wn_type type)
{
    return !wn_type_is_float(type) && frame->first_kept && !frame->coded.sums.next;
}

/* ---- exact pixels ---------------------------------------------------------------------------- */

/* Whether an element reads as a flag, whatever the dummy. */
static bool is_flag(uint64_t bits, wn_type type)
{
    const uint64_t maximum = wn_type_maximum(type);
    return bits >= (maximum < FLAGGED ? maximum : FLAGGED);
}

static void clear_unflagged(const wn_map *map, const struct rect *a, uint8_t *unflagged)
{
    for (uint32_t row = 0; row < a->height; row++)
        memset(unflagged + a->first + (size_t)row * map->width, 0, a->width);
}

/* A pixel that is restored exactly. */
struct exact_pixel {
    uint32_t index, count;
};

static int compare_exact(const void *one, const void *other)
{
    const struct exact_pixel *a = one, *b = other;
    return (a->index > b->index) - (a->index < b->index);
}

/* List the pixels of a rectangle whose value is not a flag: dark pixels, blank areas. */
static size_t list_rect(const wn_map *map, const struct rect *a, struct exact_pixel *to)
{
    size_t n = 0;
    for (uint32_t row = 0; row < a->height; row++) {
        const uint32_t first = a->first + row * map->width;
        for (uint32_t column = 0; column < a->width; column++)
            to[n++] = (struct exact_pixel){first + column, (uint32_t)a->bits};
    }
    return n;
}

/* List all exact pixels in ascending order; flags are only cleared in `unflagged`. */
static wn_status list_exact(const wn_map *map, const struct separated_frame *f, wn_type type,
                            struct lazy_rows *r)
{
    struct exact_pixel *list = malloc((f->kept + f->flagged.pixels + 1) * sizeof *list);
    size_t n = 0;
    if (!list)
        return WN_ERR_MEMORY;
    for (size_t i = 0; i < f->flagged.n; i++) {
        if (is_flag(f->flagged.area[i].bits, type))
            clear_unflagged(map, &f->flagged.area[i], r->unflagged);
        else
            n += list_rect(map, &f->flagged.area[i], list + n);
    }
    const bool sorted = n == 0;
    for (size_t i = 0; i < f->kept; i++) {
        r->unflagged[f->kept_index[i]] = !is_flag(f->kept_bits[i], type);
        list[n++] = (struct exact_pixel){f->kept_index[i], (uint32_t)f->kept_bits[i]};
    }
    if (!sorted)
        qsort(list, n, sizeof *list, compare_exact);
    for (size_t i = 0; i < n; i++) {
        r->index[i] = list[i].index;
        r->count[i] = list[i].count;
    }
    r->n = n;
    free(list);
    return WN_OK;
}

static void find_rows(struct lazy_rows *r)
{
    size_t i = 0;
    for (size_t y = 0; y <= r->map->height; y++) {
        while (i < r->n && r->index[i] < y * r->map->width)
            i++;
        r->row[y] = i;
    }
}

/* ---- reading ------------------------------------------------------------------------------- */

/* Number of the first exact pixel from pixel `first` of row y on. */
static size_t first_exact_from(const struct lazy_rows *r, size_t y, size_t first)
{
    size_t low = r->row[y], high = r->row[y + 1];
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (r->index[middle] < first)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void restore_part(const struct lazy_rows *r, size_t y, size_t first, size_t n,
                         uint32_t *count)
{
    const size_t width = r->map->width;
    wn_dithered_means_round(&r->means, r->map->cell + first, (uint32_t)(first - y * width),
                            (uint32_t)y, n, count);
    const size_t end = r->row[y + 1];
    for (size_t i = first_exact_from(r, y, first); i < end && r->index[i] < first + n; i++)
        count[r->index[i] - first] = r->count[i];
}

static void counts_of_rows(const struct row_source *source, size_t first, size_t n, uint32_t *count)
{
    const struct lazy_rows *r = (const struct lazy_rows *)(const void *)source;
    const size_t width = r->map->width;
    while (n > 0) {
        const size_t y = first / width, part = at_most(n, (y + 1) * width - first);
        restore_part(r, y, first, part, count);
        first += part;
        count += part;
        n -= part;
    }
}

/* ---- rows ------------------------------------------------------------------------------------ */

wn_status wn_lazy_rows_create(const wn_map *map, struct separated_frame *f, wn_type type,
                              struct lazy_rows *rows)
{
    const size_t pixels = (size_t)map->height * map->width;
    wn_status status = f->coded.mean ? wn_count_list_kept(map, f, type) : WN_OK;
    struct lazy_rows r = {.map = map};
    if (status == WN_OK)
        status = wn_dithered_means_make(map, &f->profile, f->first_kept, &r.means);
    const size_t most = f->kept + f->flagged.pixels + 1;
    r.index = malloc(most * sizeof *r.index);
    r.count = malloc(most * sizeof *r.count);
    r.row = malloc(((size_t)map->height + 1) * sizeof *r.row);
    r.unflagged = malloc(pixels);
    if (status == WN_OK && !(r.index && r.count && r.row && r.unflagged))
        status = WN_ERR_MEMORY;
    if (status == WN_OK) {
        memset(r.unflagged, 1, pixels);
        status = list_exact(map, f, type, &r);
    }
    if (status == WN_OK) {
        find_rows(&r);
        r.source = (struct row_source){counts_of_rows, r.index, r.n};
        *rows = r;
    } else {
        wn_lazy_rows_free(&r);
    }
    return status;
}
