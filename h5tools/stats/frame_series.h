/* The quantities of the frames of a table of spots, as one array each. */
#ifndef H5WINNOW_STATS_FRAME_SERIES_H
#define H5WINNOW_STATS_FRAME_SERIES_H

#include <stdbool.h>
#include <stddef.h>

#include "spots/table.h"

enum frame_quantity {
    FRAME_SPOTS,
    FRAME_STRONG,
    FRAME_BACKGROUND,
    FRAME_RESOLUTION,
    FRAME_HIT,
    FRAME_QUANTITIES,
};

/* The names of a quantity. */
struct frame_meaning {
    const char *name;  /* in files */
    const char *label; /* for people, with the unit */
    const char *units; /* as NeXus spells them; NULL: none */
    bool whole;        /* an integer, and always known */
};

const struct frame_meaning *frame_meaning(enum frame_quantity quantity);

/* The value of a quantity; NaN: not known. */
double frame_value(const struct spot_frame *frame, enum frame_quantity quantity);

struct frame_series {
    size_t n;
    double *frame;                /* [n] numbers */
    double *of[FRAME_QUANTITIES]; /* [n] each */
};

/* False: not enough memory; there is nothing to free. */
bool frame_series_make(const struct spot_table *table, struct frame_series *series);
void frame_series_free(struct frame_series *series);

#endif
