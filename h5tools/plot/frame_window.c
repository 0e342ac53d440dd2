/* A cell shows the maximum of its pixels, so that single-pixel spots stay visible when binned; the
 * quantiles are those of the cells, by sorting a copy of them. */
#include "plot/frame_window.h"

#include <math.h>
#include <stdlib.h>

static uint32_t first_of_crop(uint32_t centre, uint32_t size, uint32_t length)
{
    const uint32_t first = centre > size / 2 ? centre - size / 2 : 0;
    return first + size > length ? length - size : first;
}

struct frame_crop frame_crop_around(const wn_array *frame, uint32_t x, uint32_t y, uint32_t size)
{
    struct frame_crop crop;
    crop.width = size < frame->width ? size : frame->width;
    crop.height = size < frame->height ? size : frame->height;
    crop.x = first_of_crop(x, crop.width, frame->width);
    crop.y = first_of_crop(y, crop.height, frame->height);
    return crop;
}

bool frame_crop_contains(const struct frame_crop *crop, double x, double y)
{
    const double right = (double)crop->x + crop->width;
    const double bottom = (double)crop->y + crop->height;
    return x >= crop->x - 0.5 && x < right - 0.5 && y >= crop->y - 0.5 && y < bottom - 0.5;
}

static uint32_t divided_up(uint32_t length, uint32_t bin)
{
    return length / bin + (length % bin > 0 ? 1 : 0);
}

bool frame_window_choose(struct frame_window *window, struct frame_crop crop, uint32_t bin,
                         uint32_t edge)
{
    const uint32_t longest = crop.width > crop.height ? crop.width : crop.height;
    *window = (struct frame_window){.crop = crop, .bin = bin, .magnify = 1};
    if (bin == 0) {
        window->bin = divided_up(longest, DEFAULT_FRAME_EDGE);
        window->magnify = longest < DEFAULT_FRAME_EDGE ? DEFAULT_FRAME_EDGE / longest : 1;
    }
    window->columns = divided_up(crop.width, window->bin);
    window->rows = divided_up(crop.height, window->bin);
    return divided_up(longest, window->bin) <= edge;
}

/* Adds one row of pixels to a row of cells. */
static void add_row(struct frame_window *window, double *cell, const double *value,
                    const uint8_t *valid)
{
    for (uint32_t i = 0; i < window->crop.width; i++) {
        double *own = &cell[i / window->bin];
        if (isnan(value[i]) || (valid && valid[i] == 0))
            window->masked++;
        else if (!(*own >= value[i])) /* also if it is still NaN */
            *own = value[i];
    }
}

bool frame_window_read(struct frame_window *window, const wn_array *array, const void *frame,
                       const uint8_t *valid)
{
    const size_t cells = (size_t)window->rows * window->columns;
    double *row = malloc(window->crop.width * sizeof *row);
    window->cell = malloc(cells * sizeof *window->cell);
    if (!row || !window->cell) {
        free(row);
        return false;
    }
    for (size_t i = 0; i < cells; i++)
        window->cell[i] = NAN;
    for (uint32_t y = 0; y < window->crop.height; y++) {
        const size_t first = (size_t)(window->crop.y + y) * array->width + window->crop.x;
        wn_pixel_values(array, frame, first, window->crop.width, row);
        add_row(window, window->cell + (size_t)(y / window->bin) * window->columns, row,
                valid ? valid + first : NULL);
    }
    free(row);
    return true;
}

void frame_window_free(struct frame_window *window)
{
    free(window->cell);
}

static int compare_values(const void *a, const void *b)
{
    const double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

bool frame_window_quantiles(const struct frame_window *window, const double *share, size_t n,
                            double *value)
{
    const size_t cells = (size_t)window->rows * window->columns;
    double *sorted = malloc(cells * sizeof *sorted);
    size_t valid = 0;
    if (!sorted)
        return false;
    for (size_t i = 0; i < cells; i++)
        if (!isnan(window->cell[i]))
            sorted[valid++] = window->cell[i];
    qsort(sorted, valid, sizeof *sorted, compare_values);
    for (size_t i = 0; i < n && valid > 0; i++)
        value[i] = sorted[(size_t)(share[i] * (double)(valid - 1))];
    free(sorted);
    return valid > 0;
}

double frame_window_factor(const struct frame_window *window)
{
    return (double)window->magnify / window->bin;
}

double frame_window_x(const struct frame_window *window, double x)
{
    return (x + 0.5 - window->crop.x) * frame_window_factor(window);
}

double frame_window_y(const struct frame_window *window, double y)
{
    return (y + 0.5 - window->crop.y) * frame_window_factor(window);
}
