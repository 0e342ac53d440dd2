/* Texts in pictures. */
#ifndef H5WINNOW_PLOT_TEXT_H
#define H5WINNOW_PLOT_TEXT_H

#include <cairo.h>

#include "plot/shapes.h"

/* Bytes of a text with its terminating 0; longer texts are cut. */
#define TEXT_MAX 1024

/* Font sizes, pixels. */
#define TEXT_SIZE  15.0
#define TITLE_SIZE 18.0

/* Which part of the text is at the given x. */
enum text_align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

/* Copies a text with question marks in place of bytes that are not UTF-8, which Cairo refuses. */
void text_clean(const char *text, char clean[TEXT_MAX]);

/* Selects the font at TEXT_SIZE. Complains if the system has none: Cairo then falls back to its
 * built-in font, which has ASCII only. */
void text_prepare(cairo_t *cairo);

/* The width of a text. */
double text_width(cairo_t *cairo, const char *text);

/* A text in UTF-8 in one line; y is the middle of its digits. */
void text_draw(cairo_t *cairo, double x, double y, enum text_align align, struct colour colour,
               const char *text);

/* The same, centred and turned to read upwards. */
void text_upwards(cairo_t *cairo, double x, double y, struct colour colour, const char *text);

/* The same, centred, with a border around the letters. */
void text_bordered(cairo_t *cairo, double x, double y, struct colour colour, struct colour border,
                   const char *text);

/* A text of this size that is no wider than `width`: its font shrinks, and if that is not enough,
 * an ellipsis replaces its beginning. */
void text_fitted(cairo_t *cairo, double x, double y, double width, double size, const char *text);

#endif
