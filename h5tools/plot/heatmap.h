/* plot/heatmap.h - a picture of numbers over the positions of a scan. */
#ifndef H5WINNOW_PLOT_HEATMAP_H
#define H5WINNOW_PLOT_HEATMAP_H

#include "plot/canvas.h"

struct heatmap {
    const char *title;
    const char *label;   /* of the numbers, with their unit */
    int columns, rows;   /* those of struct scan_grid */
    const double *value; /* [rows * columns], row 0 at the top; NaN: not measured */
};

/* Makes the picture; colours begin at 0, or at the lowest value if that is negative. */
enum outcome heatmap_write(const struct heatmap *map, const struct picture_file *file);

#endif
