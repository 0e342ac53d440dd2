/* heatmap.h - a picture of numbers over the positions of a scan. */
#ifndef H5WINNOW_HEATMAP_H
#define H5WINNOW_HEATMAP_H

#include <stdbool.h>

#include "picture.h"

struct heatmap {
    const char *title;
    int columns, rows;   /* those of struct scan_grid */
    const double *value; /* [rows * columns], row 0 at the top; NaN: not measured */
};

/* Draws the picture; colours begin at 0, or at the lowest value if that is negative. False: not
 * enough memory. */
bool heatmap_draw(const struct heatmap *map, struct picture *picture);

#endif
