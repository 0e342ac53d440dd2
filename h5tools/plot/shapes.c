/* Lines of an odd width have their middle at half pixels, which keeps them sharp. */
#include "plot/shapes.h"

#define PI 3.14159265358979323846

void set_colour(cairo_t *cairo, struct colour colour)
{
    cairo_set_source_rgb(cairo, colour.red / 255.0, colour.green / 255.0, colour.blue / 255.0);
}

void fill_area(cairo_t *cairo, const cairo_rectangle_t *area, struct colour colour)
{
    set_colour(cairo, colour);
    cairo_rectangle(cairo, area->x, area->y, area->width, area->height);
    cairo_fill(cairo);
}

void outline_area(cairo_t *cairo, const cairo_rectangle_t *area, struct colour colour)
{
    set_colour(cairo, colour);
    cairo_set_line_width(cairo, 1);
    cairo_rectangle(cairo, area->x - 0.5, area->y - 0.5, area->width + 1, area->height + 1);
    cairo_stroke(cairo);
}

void draw_circle(cairo_t *cairo, double x, double y, double radius, double line_width,
                 struct colour colour)
{
    set_colour(cairo, colour);
    cairo_set_line_width(cairo, line_width);
    cairo_new_sub_path(cairo);
    cairo_arc(cairo, x, y, radius, 0, 2 * PI);
    cairo_stroke(cairo);
}
