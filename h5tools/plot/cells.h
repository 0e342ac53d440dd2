/* An array of numbers drawn as coloured cells. */
#ifndef H5WINNOW_PLOT_CELLS_H
#define H5WINNOW_PLOT_CELLS_H

#include <stdint.h>

#include "plot/colour_map.h"
#include "plot/shapes.h"

struct cells {
    const double *value; /* [rows * columns], row 0 at the top; NaN: masked or not measured */
    uint32_t columns, rows;
};

/* Fills an area with the cells. Its width and height must be multiples of columns and rows, and its
 * corner at integers: every pixel of a PNG then has the colour of one cell. */
void cells_draw(cairo_t *cairo, const struct cells *cells, const struct scale *scale,
                const struct colours *colours, const cairo_rectangle_t *area);

#endif
