/* Colours, and simple shapes drawn with Cairo: rectangles and circles. */
#ifndef H5WINNOW_PLOT_SHAPES_H
#define H5WINNOW_PLOT_SHAPES_H

#include <cairo.h>
#include <stdint.h>

struct colour {
    uint8_t red, green, blue;
};

#define WHITE ((struct colour){255, 255, 255})
#define INK   ((struct colour){30, 30, 30}) /* texts and axes */

void set_colour(cairo_t *cairo, struct colour colour);

void fill_area(cairo_t *cairo, const cairo_rectangle_t *area, struct colour colour);

/* A line of one pixel just outside of an area. */
void outline_area(cairo_t *cairo, const cairo_rectangle_t *area, struct colour colour);

void draw_circle(cairo_t *cairo, double x, double y, double radius, double line_width,
                 struct colour colour);

#endif
