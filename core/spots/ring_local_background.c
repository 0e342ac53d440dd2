#include "spots/ring_local_background.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geometry/map.h"

/* The background about a peak is looked at in a square without its middle. */
#define SURROUNDINGS_REACH 6
#define MIDDLE_REACH       3
#define SURROUNDINGS       (2 * SURROUNDINGS_REACH + 1)

/* They count if they are this far above what is expected of them; single pixels further from it
 * than this are left out, as signal. */
#define SURROUNDINGS_SIGMA 3

/* A quarter of them counts if it is further above: an edge of a shadow is, chance or the tail of
 * another spot rarely. */
#define QUARTER_SIGMA 5

static bool is_in_middle(const struct pixel_window *w, size_t x, size_t y)
{
    return x + MIDDLE_REACH >= w->x && x <= w->x + MIDDLE_REACH && y + MIDDLE_REACH >= w->y &&
           y <= w->y + MIDDLE_REACH;
}

struct local_background_window {
    size_t n;
    bool counts; /* more of them vary more, and they are whole */
    double excess[SURROUNDINGS * SURROUNDINGS], variance[SURROUNDINGS * SURROUNDINGS];
};

static void look_around(const struct ring_field *field, const struct pixel_window *w,
                        struct local_background_window *around)
{
    struct pixel_state pixel[MOST_SEGMENT];
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
    double sorted[SURROUNDINGS * SURROUNDINGS];
    memcpy(sorted, around->excess, around->n * sizeof *sorted);
    qsort(sorted, around->n, sizeof *sorted, compare_reals);
    return sorted[around->n / 2];
}

/* The mean of the pixels that are not far from `start`. */
struct mean {
    size_t n;
    double value, sigma;
};

static struct mean clipped_mean(const struct local_background_window *around, double start)
{
    struct mean mean = {0};
    const double more = around->counts ? fmax(start, 0) : 0, whole = around->counts ? 1 : 0;
    double sum = 0, variance = 0;
    for (size_t i = 0; i < around->n; i++) {
        const double spread = around->variance[i] + more;
        if (fabs(around->excess[i] - start) > SURROUNDINGS_SIGMA * sqrt(spread) + whole)
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

/* 0 if it is less than so many sigma. The median is needed where most of the surroundings are far
 * from what is expected. */
static double offset_in(const struct ring_field *field, const struct pixel_window *square,
                        double sigma)
{
    struct local_background_window around;
    look_around(field, square, &around);
    struct mean mean = clipped_mean(&around, 0);
    if (4 * mean.n < 3 * around.n)
        mean.value = median(&around);
    mean = clipped_mean(&around, mean.value);
    return mean.value > sigma * mean.sigma ? mean.value : 0;
}

double wn_local_background_offset(const struct ring_field *field, size_t index)
{
    const struct pixel_window square = wn_pixel_window_about(field->map, index, SURROUNDINGS_REACH);
    return offset_in(field, &square, SURROUNDINGS_SIGMA);
}

double wn_local_background_highest_offset(const struct ring_field *field, size_t index)
{
    const struct pixel_window square = wn_pixel_window_about(field->map, index, SURROUNDINGS_REACH);
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
