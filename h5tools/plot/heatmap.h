/* A picture of numbers over the positions of a scan. */
#ifndef H5WINNOW_PLOT_HEATMAP_H
#define H5WINNOW_PLOT_HEATMAP_H

#include "plot/canvas.h"

struct heatmap {
    const char *title;
    const char *label;   /* of the numbers, with their unit */
    int columns, rows;   /* of the scan */
    const double *value; /* [rows * columns], row 0 at the top; NaN: not measured */
};

/* Writes the picture; the scale starts at 0, or at the lowest value if that is negative. */
enum outcome heatmap_write(const struct heatmap *map, const struct picture_file *file);

#endif
