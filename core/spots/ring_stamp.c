/* The filter is evaluated directly on the stamp. Significance: the filtered counts are compared
 * with a scaled and shifted Poisson variable of the same first three moments. Position: three-point
 * interpolation along each axis of the logarithm of the filtered residual, which is a parabola for
 * a Gaussian spot (Willert & Gharib, Exp. Fluids 10 (1991) 181). */
#include "spots/ring_stamp.h"

#include <math.h>

#include "geometry/map.h"

void wn_ring_stamp_make(const struct ring_field *field, size_t index, double offset,
                        struct ring_stamp *stamp)
{
    const struct pixel_window w = wn_pixel_window_around(field->map, index, STAMP_REACH);
    struct pixel_state pixel[MAX_FIELD_SEGMENT];
    *stamp = (struct ring_stamp){0};
    for (size_t y = w.top; y < w.end_y; y++) {
        const size_t row = y + STAMP_REACH - w.y, n = w.end_x - w.left;
        wn_ring_field_segment(field, y * field->map->width + w.left, n, offset, pixel);
        for (size_t i = 0; i < n; i++) {
            const size_t column = w.left + i + STAMP_REACH - w.x;
            const double excess = pixel[i].value - pixel[i].expected;
            if (!pixel[i].usable)
                continue;
            stamp->background[row][column] = pixel[i].variance;
            stamp->excess[row][column] = excess;
            stamp->variance[row][column] = pixel[i].variance + fmax(excess, 0);
        }
    }
}

static double weight_at(const struct convolution *k, int distance)
{
    return k->weight[distance < 0 ? -distance : distance];
}

/* A plane of the stamp, filtered, at (x, y) from the peak. */
static double filtered_at(const struct convolution *k, const double plane[STAMP][STAMP], int x,
                          int y)
{
    const int reach = (int)k->radius;
    double sum = 0;
    for (int row = -reach; row <= reach; row++) {
        for (int column = -reach; column <= reach; column++)
            sum += weight_at(k, row) * weight_at(k, column) *
                   plane[STAMP_REACH + y + row][STAMP_REACH + x + column];
    }
    return sum;
}

bool wn_filtered_is_significant(const struct convolution *kernel,
                                const struct poisson_threshold *significant, double excess,
                                double expected, double dispersion)
{
    const double skewness = wn_convolution_skewness(kernel),
                 count = expected / (skewness * skewness);
    return wn_is_significant(significant, excess / skewness + count, count, dispersion);
}

bool wn_ring_stamp_is_significant(const struct ring_stamp *stamp, const struct convolution *kernel,
                                  const struct poisson_threshold *significant, double dispersion)
{
    const double excess = filtered_at(kernel, stamp->excess, 0, 0);
    const double variance = filtered_at(kernel, stamp->background, 0, 0);
    if (dispersion == 0)
        return excess > significant->sigma * sqrt(variance);
    return wn_filtered_is_significant(kernel, significant, excess, variance / dispersion,
                                      dispersion);
}

/* Variance of the slope of the filtered residual along x or y. */
static double slope_variance(const struct convolution *k, double width,
                             const struct ring_stamp *stamp, bool along_y)
{
    const int reach = (int)k->radius;
    double sum = 0;
    for (int row = -reach; row <= reach; row++) {
        for (int column = -reach; column <= reach; column++) {
            const double slope = weight_at(k, row) * weight_at(k, column) *
                                 (along_y ? row : column) / (width * width);
            sum += slope * slope * stamp->variance[STAMP_REACH + row][STAMP_REACH + column];
        }
    }
    return sum;
}

/* Maximum of the parabola through the logarithms of three values one pixel apart, and its variance.
 */
static void find_maximum(const double value[3], double variance_of_slope, double *offset,
                         double *variance)
{
    *offset = 0;
    *variance = 1.0 / 12; /* uniform within a pixel */
    if (!(value[0] > 0 && value[1] > 0 && value[2] > 0))
        return;
    const double before = log(value[0]), own = log(value[1]), after = log(value[2]);
    const double curvature = 2 * own - before - after;
    if (!(curvature > 0))
        return;
    *offset = fmin(fmax(0.5 * (after - before) / curvature, -0.5), 0.5);
    *variance = variance_of_slope / (value[1] * value[1] * curvature * curvature);
}

wn_found_peak wn_ring_stamp_position(const struct ring_stamp *stamp, const struct convolution *k,
                                     double width)
{
    double across[3], down[3];
    wn_found_peak peak;
    for (int i = 0; i < 3; i++) {
        across[i] = filtered_at(k, stamp->excess, i - 1, 0);
        down[i] = filtered_at(k, stamp->excess, 0, i - 1);
    }
    find_maximum(across, slope_variance(k, width, stamp, false), &peak.x, &peak.variance_x);
    find_maximum(down, slope_variance(k, width, stamp, true), &peak.y, &peak.variance_y);
    return peak;
}
