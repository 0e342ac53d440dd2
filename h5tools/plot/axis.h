/* plot/axis.h - the parts around a plot: axes with ticks and labels, a bar of colours, swatches.
 */
#ifndef H5WINNOW_PLOT_AXIS_H
#define H5WINNOW_PLOT_AXIS_H

#include "plot/canvas.h"
#include "plot/colour_map.h"
#include "plot/ticks.h"

#define TICK_LENGTH 6 /* pixels */

/* An axis: where the ticks are in the picture, x or y for each. */
struct axis_places {
    double at[TICKS_MOST];
};

/* Ticks that hang from y, with labels below, at these x; ticks that reach from x to the left, with
 * labels on their left, at these y. A label that would touch the one before is left out. */
void ticks_below(cairo_t *cairo, double y, const struct ticks *ticks,
                 const struct axis_places *places);
void ticks_left(cairo_t *cairo, double x, const struct ticks *ticks,
                const struct axis_places *places);

/* The colours of a scale from left to right, with ticks below, and a label on the right. */
void colour_bar(cairo_t *cairo, const cairo_rectangle_t *bar, const struct scale *scale,
                const struct colours *colours, const char *label);

/* A rectangle in a colour, with its meaning on the right. Returns the x where both end. */
double swatch(cairo_t *cairo, const cairo_rectangle_t *area, struct colour colour,
              const char *meaning);

#endif
