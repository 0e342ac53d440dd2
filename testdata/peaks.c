/* Gaussian profiles evaluated at pixel centres, within 5 sigma. */
#include "peaks.h"

#include <math.h>
#include <stdlib.h>

#include "arithmetic.h"

#define TWO_PI         0x1.921fb54442d18p+2
#define REACH          5.0 /* sigma; beyond lies 4e-6 of the counts */
#define FIRST_CAPACITY 256

/* First and last pixel of an axis within reach of a centre. */
static size_t first_pixel(double centre, double reach)
{
    return (size_t)fmax(ceil(centre - reach), 0);
}

static size_t end_pixel(double centre, double reach, size_t length)
{
    return (size_t)fmin(floor(centre + reach) + 1, (double)length);
}

bool peak_list_add(struct peak_list *list, struct peak peak)
{
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity == 0 ? FIRST_CAPACITY : 2 * list->capacity;
        struct peak *peaks = realloc(list->peaks, capacity * sizeof *peaks);
        if (!peaks)
            return false;
        list->peaks = peaks;
        list->capacity = capacity;
    }
    list->peaks[list->count++] = peak;
    return true;
}

void peak_draw(const struct peak *peak, double *image, size_t width, size_t height)
{
    const double reach = REACH * peak->sigma, variance = peak->sigma * peak->sigma;
    const double summit = peak->counts / (TWO_PI * variance);
    const size_t first_x = first_pixel(peak->x, reach), end_x = end_pixel(peak->x, reach, width);
    const size_t first_y = first_pixel(peak->y, reach), end_y = end_pixel(peak->y, reach, height);
    for (size_t row = first_y; row < end_y; row++)
        for (size_t column = first_x; column < end_x; column++) {
            const double dx = (double)column - peak->x, dy = (double)row - peak->y;
            const double distance2 = dx * dx + dy * dy;
            image[row * width + column] += summit * fixed_exp(-distance2 / (2 * variance));
        }
}
