/* drawn_axis.h - the parts around a plot: ticks with labels, a bar of colours, titles. */
#ifndef H5WINNOW_DRAWN_AXIS_H
#define H5WINNOW_DRAWN_AXIS_H

#include "axis.h"
#include "colours.h"
#include "picture.h"

#define TICK_LENGTH 6 /* pixels */

/* A tick that hangs from x, y, with a label below; one that reaches from x, y to the left, with a
 * label on its left. `size` as in picture_text(). */
void tick_below(struct picture *picture, int32_t x, int32_t y, int32_t size, struct colour colour,
                const char *label);
void tick_left(struct picture *picture, int32_t x, int32_t y, int32_t size, struct colour colour,
               const char *label);

/* The colours of a scale from left to right, with ticks below. */
void colour_bar(struct picture *picture, struct area bar, const struct scale *scale,
                const struct colours *colours, int32_t size, struct colour ink);

/* A text that is no wider than `width`: what is too much at its beginning becomes three points. */
void text_fitted(struct picture *picture, int32_t x, int32_t y, int32_t width, int32_t size,
                 struct colour colour, const char *text);

#endif
