/* A picture of several series of numbers, each in a panel of its own, against a common axis. */
#ifndef H5WINNOW_PLOT_LINE_PLOT_H
#define H5WINNOW_PLOT_LINE_PLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "plot/canvas.h"

struct plot_series {
    const char *label;   /* with its unit */
    const double *value; /* [plot.n]; NaN: none */
    bool from_zero;      /* the axis begins at 0 */
};

struct plot {
    const char *title;
    const char *label; /* of the common axis */
    const double *x;   /* [n] finite, ascending; whole numbers */
    size_t n;
    const struct plot_series *series; /* [panels] from the top */
    size_t panels;
};

/* Writes the picture. */
enum outcome plot_write(const struct plot *plot, const struct picture_file *file);

#endif
