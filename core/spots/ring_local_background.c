/* Clipped mean of a square without its middle: once about the expected background, or about the
 * median where more than a quarter of the pixels is clipped, and once more about that result. Only
 * called at maxima of the filter; the median sorts at most 13 x 13 values. */
#include "spots/ring_local_background.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geometry/map.h"

/* The background around a peak is measured in a square without its middle. */
#define WINDOW_REACH 6
#define MIDDLE_REACH 3
#define WINDOW       (2 * WINDOW_REACH + 1)

/* Significance of the excess, and limit of clipping for single pixels. */
#define CLIP_SIGMA 3

/* Significance of the excess in a quarter of the square: the edge of a shadow exceeds this, chance
 * or the tail of another spot rarely does. */
#define QUARTER_SIGMA 5

static bool is_in_middle(const struct pixel_window *w, size_t x, size_t y)
{
    return x + MIDDLE_REACH >= w->x && x <= w->x + MIDDLE_REACH && y + MIDDLE_REACH >= w->y &&
           y <= w->y + MIDDLE_REACH;
}

struct local_background_window {
    size_t n;
    bool counts; /* integers, whose variance grows with their mean */
    double excess[WINDOW * WINDOW], variance[WINDOW * WINDOW];
};

static void read_window(const struct ring_field *field, const struct pixel_window *w,
                        struct local_background_window *around)
{
    struct pixel_state pixel[MAX_FIELD_SEGMENT];
    around->n = 0;
    around->counts = !field->background->variance;
    for (size_t y = w->top; y < w->end_y; y++) {
        const size_t n = w->end_x - w->left;
        wn_ring_field_segment(field, y * field->map->width + w->left, n, 0, pixel);
        for (size_t i = 0; i < n; i++) {
            if (!pixel[i].usable || is_in_middle(w, w->left + i, y))
                continue;
            around->excess[around->n] = pixel[i].value - pixel[i].expected;
            around->variance[around->n++] = pixel[i].variance;
        }
    }
}

static int compare_reals(const void *one, const void *other)
{
    const double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

static double median(const struct local_background_window *around)
{
    double sorted[WINDOW * WINDOW];
    memcpy(sorted, around->excess, around->n * sizeof *sorted);
    qsort(sorted, around->n, sizeof *sorted, compare_reals);
    return sorted[around->n / 2];
}

/* Mean of the pixels within CLIP_SIGMA of `start`. */
struct mean {
    size_t n;
    double value, sigma;
};

static struct mean clipped_mean(const struct local_background_window *around, double start)
{
    struct mean mean = {0};
    const double added = around->counts ? fmax(start, 0) : 0, step = around->counts ? 1 : 0;
    double sum = 0, variance = 0;
    for (size_t i = 0; i < around->n; i++) {
        const double spread = around->variance[i] + added;
        if (fabs(around->excess[i] - start) > CLIP_SIGMA * sqrt(spread) + step)
            continue;
        sum += around->excess[i];
        variance += spread;
        mean.n++;
    }
    if (mean.n > 0) {
        mean.value = sum / (double)mean.n;
        mean.sigma = sqrt(variance) / (double)mean.n;
    }
    return mean;
}

/* Clipped mean of a window; 0 below `sigma` standard deviations. The median is the better start
 * where many pixels are far from the expected value. */
static double offset_in(const struct ring_field *field, const struct pixel_window *square,
                        double sigma)
{
    struct local_background_window around;
    read_window(field, square, &around);
    struct mean mean = clipped_mean(&around, 0);
    if (4 * mean.n < 3 * around.n)
        mean.value = median(&around);
    mean = clipped_mean(&around, mean.value);
    return mean.value > sigma * mean.sigma ? mean.value : 0;
}

double wn_local_background_offset(const struct ring_field *field, size_t index)
{
    const struct pixel_window square = wn_pixel_window_around(field->map, index, WINDOW_REACH);
    return offset_in(field, &square, CLIP_SIGMA);
}

double wn_local_background_highest_offset(const struct ring_field *field, size_t index)
{
    const struct pixel_window square = wn_pixel_window_around(field->map, index, WINDOW_REACH);
    double highest = 0;
    for (int corner = 0; corner < 4; corner++) {
        struct pixel_window quarter = square;
        if (corner & 1)
            quarter.left = square.x;
        else
            quarter.end_x = square.x + 1;
        if (corner & 2)
            quarter.top = square.y;
        else
            quarter.end_y = square.y + 1;
        highest = fmax(highest, offset_in(field, &quarter, QUARTER_SIGMA));
    }
    return highest;
}
