/* The parts around a plot: axes with ticks and labels, a colour bar, swatches of the legend. */
#ifndef H5WINNOW_PLOT_AXIS_H
#define H5WINNOW_PLOT_AXIS_H

#include "plot/colour_map.h"
#include "plot/shapes.h"
#include "plot/ticks.h"

#define TICK_LENGTH 6 /* pixels */

/* x or y of every tick in the picture. */
struct tick_positions {
    double at[MAX_TICKS];
};

/* Ticks below a horizontal axis at y, and left of a vertical axis at x, with their labels. A label
 * that would touch the previous one is left out. */
void ticks_below(cairo_t *cairo, double y, const struct ticks *ticks,
                 const struct tick_positions *positions);
void ticks_left(cairo_t *cairo, double x, const struct ticks *ticks,
                const struct tick_positions *positions);

/* The colours of a scale, low on the left, with ticks below and a label on the right. */
void colour_bar(cairo_t *cairo, const cairo_rectangle_t *bar, const struct scale *scale,
                const struct colours *colours, const char *label);

/* A coloured rectangle with its meaning on the right. Returns the right end of the text. */
double swatch(cairo_t *cairo, const cairo_rectangle_t *area, struct colour colour,
              const char *meaning);

#endif
