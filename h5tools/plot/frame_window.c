#include "plot/frame_window.h"

#include <math.h>
#include <stdlib.h>

static uint32_t first_of_window(uint32_t centre, uint32_t size, uint32_t length)
{
    const uint32_t first = centre > size / 2 ? centre - size / 2 : 0;
    return first + size > length ? length - size : first;
}

struct frame_part_shown window_about(const wn_array *frame, uint32_t x, uint32_t y, uint32_t size)
{
    struct frame_part_shown window;
    window.width = size < frame->width ? size : frame->width;
    window.height = size < frame->height ? size : frame->height;
    window.x = first_of_window(x, window.width, frame->width);
    window.y = first_of_window(y, window.height, frame->height);
    return window;
}

bool window_has(const struct frame_part_shown *window, double x, double y)
{
    const double right = (double)window->x + window->width;
    const double bottom = (double)window->y + window->height;
    return x >= window->x - 0.5 && x < right - 0.5 && y >= window->y - 0.5 && y < bottom - 0.5;
}

static uint32_t divided_up(uint32_t length, uint32_t bin)
{
    return length / bin + (length % bin > 0 ? 1 : 0);
}

bool frame_window_choose(struct frame_window *shown, struct frame_part_shown window, uint32_t bin,
                         uint32_t edge)
{
    const uint32_t longest = window.width > window.height ? window.width : window.height;
    *shown = (struct frame_window){.window = window, .bin = bin, .magnify = 1};
    if (bin == 0) {
        shown->bin = divided_up(longest, SHOWN_EDGE);
        shown->magnify = longest < SHOWN_EDGE ? SHOWN_EDGE / longest : 1;
    }
    shown->columns = divided_up(window.width, shown->bin);
    shown->rows = divided_up(window.height, shown->bin);
    return divided_up(longest, shown->bin) <= edge;
}

/* Takes n pixels of a row into the cells. */
static void add_row(struct frame_window *shown, double *cell, const double *value,
                    const uint8_t *valid)
{
    for (uint32_t i = 0; i < shown->window.width; i++) {
        double *own = &cell[i / shown->bin];
        if (isnan(value[i]) || (valid && valid[i] == 0))
            shown->masked++;
        else if (!(*own >= value[i])) /* or is NaN still */
            *own = value[i];
    }
}

bool frame_window_read(struct frame_window *shown, const wn_array *array, const void *frame,
                       const uint8_t *valid)
{
    const size_t cells = (size_t)shown->rows * shown->columns;
    double *row = malloc(shown->window.width * sizeof *row);
    shown->cell = malloc(cells * sizeof *shown->cell);
    if (!row || !shown->cell) {
        free(row);
        return false;
    }
    for (size_t i = 0; i < cells; i++)
        shown->cell[i] = NAN;
    for (uint32_t y = 0; y < shown->window.height; y++) {
        const size_t first = (size_t)(shown->window.y + y) * array->width + shown->window.x;
        wn_pixel_values(array, frame, first, shown->window.width, row);
        add_row(shown, shown->cell + (size_t)(y / shown->bin) * shown->columns, row,
                valid ? valid + first : NULL);
    }
    free(row);
    return true;
}

void frame_window_free(struct frame_window *shown)
{
    free(shown->cell);
}

static int compare_values(const void *a, const void *b)
{
    const double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

bool frame_window_quantiles(const struct frame_window *shown, const double *share, size_t n,
                            double *value)
{
    const size_t cells = (size_t)shown->rows * shown->columns;
    double *sorted = malloc(cells * sizeof *sorted);
    size_t valid = 0;
    if (!sorted)
        return false;
    for (size_t i = 0; i < cells; i++)
        if (!isnan(shown->cell[i]))
            sorted[valid++] = shown->cell[i];
    qsort(sorted, valid, sizeof *sorted, compare_values);
    for (size_t i = 0; i < n && valid > 0; i++)
        value[i] = sorted[(size_t)(share[i] * (double)(valid - 1))];
    free(sorted);
    return valid > 0;
}

double frame_window_factor(const struct frame_window *shown)
{
    return (double)shown->magnify / shown->bin;
}

double frame_window_x(const struct frame_window *shown, double x)
{
    return (x + 0.5 - shown->window.x) * frame_window_factor(shown);
}

double frame_window_y(const struct frame_window *shown, double y)
{
    return (y + 0.5 - shown->window.y) * frame_window_factor(shown);
}
