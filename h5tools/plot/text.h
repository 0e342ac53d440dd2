/* plot/text.h - texts in pictures. */
#ifndef H5WINNOW_PLOT_TEXT_H
#define H5WINNOW_PLOT_TEXT_H

#include <cairo.h>

#include "plot/canvas.h"

/* Longer texts, in bytes, are cut. */
#define TEXT_MOST 1024

/* Sizes of letters, pixels. */
#define TEXT_SIZE  15.0
#define TITLE_SIZE 18.0

/* What of a text is at the x that is given. */
enum text_align { TEXT_STARTS, TEXT_CENTRED, TEXT_ENDS };

/* Copies a text with question marks in place of bytes that are not UTF-8, which Cairo refuses. */
void text_clean(const char *text, char clean[TEXT_MOST]);

/* Chooses the font, and TEXT_SIZE. Complains where the system has none: then Cairo draws the
 * letters of ASCII itself. */
void text_prepare(cairo_t *cairo);

/* The width of a text. */
double text_width(cairo_t *cairo, const char *text);

/* A text in UTF-8 in one line; y is the middle of its digits. */
void text_draw(cairo_t *cairo, double x, double y, enum text_align align, struct colour colour,
               const char *text);

/* The same, turned to be read from below to above, about its middle. */
void text_upwards(cairo_t *cairo, double x, double y, struct colour colour, const char *text);

/* The same about its middle, with a border around the letters. */
void text_bordered(cairo_t *cairo, double x, double y, struct colour colour, struct colour border,
                   const char *text);

/* A text of this size that is no wider than `width`: it becomes smaller, and if that is not enough
 * three points replace its beginning. */
void text_fitted(cairo_t *cairo, double x, double y, double width, double size, const char *text);

#endif
