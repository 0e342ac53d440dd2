/*
 * The cells are expanded to an image with one pixel per pixel of the picture, which Cairo paints
 * without interpolation. SVG and PDF embed this image too, so that programs that smooth magnified
 * images, as browsers do, keep cells sharp. 4 bytes of memory per pixel.
 */
#include "plot/cells.h"

#include <math.h>
#include <string.h>

static uint32_t packed(struct colour colour)
{
    return (uint32_t)colour.red << 16 | (uint32_t)colour.green << 8 | colour.blue;
}

/* A row of cells, each `repeat` pixels wide. */
static void fill_row(uint32_t *pixel, const double *value, uint32_t columns, uint32_t repeat,
                     const struct scale *scale, const struct colours *colours)
{
    for (uint32_t i = 0; i < columns; i++) {
        const uint32_t colour =
            packed(isnan(value[i]) ? colours->masked
                                   : colour_at(colours, scale_fraction(scale, value[i])));
        for (uint32_t j = 0; j < repeat; j++)
            *pixel++ = colour;
    }
}

static void fill_image(cairo_surface_t *image, const struct cells *cells, const struct scale *scale,
                       const struct colours *colours)
{
    const size_t stride = (size_t)cairo_image_surface_get_stride(image);
    const uint32_t repeat_x = (uint32_t)cairo_image_surface_get_width(image) / cells->columns;
    const uint32_t repeat_y = (uint32_t)cairo_image_surface_get_height(image) / cells->rows;
    unsigned char *line = cairo_image_surface_get_data(image);
    cairo_surface_flush(image);
    for (uint32_t y = 0; y < cells->rows; y++, line += stride) {
        fill_row((uint32_t *)(void *)line, cells->value + (size_t)y * cells->columns,
                 cells->columns, repeat_x, scale, colours);
        for (uint32_t j = 1; j < repeat_y; j++, line += stride)
            memcpy(line + stride, line, stride);
    }
    cairo_surface_mark_dirty(image);
}

void cells_draw(cairo_t *cairo, const struct cells *cells, const struct scale *scale,
                const struct colours *colours, const cairo_rectangle_t *area)
{
    cairo_surface_t *image =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)area->width, (int)area->height);
    if (cairo_surface_status(image) == CAIRO_STATUS_SUCCESS)
        fill_image(image, cells, scale, colours);
    cairo_set_source_surface(cairo, image, area->x, area->y); /* takes over an error of the image */
    cairo_pattern_set_filter(cairo_get_source(cairo), CAIRO_FILTER_NEAREST);
    cairo_rectangle(cairo, area->x, area->y, area->width, area->height);
    cairo_fill(cairo);
    cairo_surface_destroy(image);
}
