/* One pass over frames and spots; both are sorted, so every spot is checked against its frame in
 * order. */
#include "spots/table_check.h"

#include <math.h>

static const char *frames_flaw(const struct spot_table *table)
{
    for (size_t i = 1; i < table->frames; i++)
        if (table->frame[i].number <= table->frame[i - 1].number)
            return "the numbers of its frames do not ascend";
    return NULL;
}

static const char *spot_flaw(const struct spot_table *table, const wn_spot *s)
{
    if (!isfinite(s->x) || !isfinite(s->y) || !isfinite(s->z))
        return "a spot has no centroid";
    if (s->x0 >= s->x1 || s->x1 > table->width || s->y0 >= s->y1 || s->y1 > table->height ||
        s->z0 >= s->z1)
        return "a spot does not lie within the frames";
    if (s->n > 0 && (s->first > table->pixels || s->n > table->pixels - s->first))
        return "a spot has pixels that are not in the list";
    return NULL;
}

/* Spots ascend by frame, and each frame has as many as it says. */
static const char *order_flaw(const struct spot_table *table)
{
    size_t spot = 0;
    for (size_t i = 0; i < table->frames; i++) {
        const struct spot_frame *frame = &table->frame[i];
        const size_t first = spot;
        while (spot < table->spots && table->spot_frame[spot] == frame->number)
            spot++;
        if (spot - first != frame->spots)
            return "a frame has not as many spots as it says";
    }
    return spot < table->spots ? "a spot is on no frame that was searched" : NULL;
}

const char *spot_table_flaw(const struct spot_table *table)
{
    const char *flaw = frames_flaw(table);
    if (!flaw)
        flaw = order_flaw(table);
    for (size_t i = 0; i < table->spots && !flaw; i++)
        flaw = spot_flaw(table, &table->spot[i]);
    return flaw;
}
