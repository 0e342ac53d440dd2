/* Transposes the table: an array for each quantity, all in one block of memory. */
#include "stats/frame_series.h"

#include <math.h>
#include <stdlib.h>

static const struct frame_meaning MEANINGS[FRAME_QUANTITIES] = {
    [FRAME_SPOTS] = {"spots", "spots", NULL, true},
    [FRAME_STRONG] = {"strong_pixels", "strong pixels", NULL, true},
    [FRAME_BACKGROUND] = {"background", "background, counts per pixel", "counts", false},
    [FRAME_RESOLUTION] = {"resolution", "resolution, \xC3\x85", "angstrom", false},
    [FRAME_HIT] = {"hit", "hit", NULL, true},
};

const struct frame_meaning *frame_meaning(enum frame_quantity quantity)
{
    return &MEANINGS[quantity];
}

double frame_value(const struct spot_frame *frame, enum frame_quantity quantity)
{
    switch (quantity) {
    case FRAME_SPOTS:
        return (double)frame->spots;
    case FRAME_STRONG:
        return (double)frame->strong;
    case FRAME_BACKGROUND:
        return frame->background;
    case FRAME_RESOLUTION:
        return frame->resolution;
    case FRAME_HIT:
        return frame->hit ? 1 : 0;
    default:
        return NAN;
    }
}

bool frame_series_make(const struct spot_table *table, struct frame_series *series)
{
    const size_t n = table->frames;
    double *room = malloc((n + 1) * (FRAME_QUANTITIES + 1) * sizeof *room);
    if (!room)
        return false;
    *series = (struct frame_series){.n = n, .frame = room};
    for (size_t i = 0; i < n; i++)
        series->frame[i] = (double)table->frame[i].number;
    for (int q = 0; q < FRAME_QUANTITIES; q++) {
        series->of[q] = room + (size_t)(q + 1) * n;
        for (size_t i = 0; i < n; i++)
            series->of[q][i] = frame_value(&table->frame[i], (enum frame_quantity)q);
    }
    return true;
}

void frame_series_free(struct frame_series *series)
{
    free(series->frame);
}
