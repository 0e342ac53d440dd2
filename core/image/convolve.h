/* A filter of two equal factors, along rows and along columns. */
#ifndef WN_IMAGE_CONVOLVE_H
#define WN_IMAGE_CONVOLVE_H

#include <stddef.h>

#define CONVOLUTION_MAX_RADIUS 30

/* Weights from the middle outwards; each but the first is for both sides. They are scaled by their
 * sum over that of their squares, so that filtered counts have, like counts, their mean for
 * variance. */
struct convolution {
    size_t radius;
    float weight[CONVOLUTION_MAX_RADIUS + 1];
};

/* A Gaussian of so many pixels sigma, cut off at a radius of 1 to CONVOLUTION_MAX_RADIUS; 0: a box.
 */
struct convolution wn_convolution_make(double width, size_t radius);

/* The sum of the weights of a row: of all of the filter, its square. */
double wn_convolution_sum(const struct convolution *kernel);

/* The third moment of filtered counts over their variance. It is 1 for counts, and more for sums
 * that are weighted: these are more skewed. With s for it, filtered counts f of which e are
 * expected have the first three moments of e + s * (n - e / s^2), n a count of which e / s^2 are
 * expected. */
double wn_convolution_skewness(const struct convolution *kernel);

/* Filter across 2 radius + 1 lines of n values. */
void wn_convolve_rows(const struct convolution *kernel, const float *const *line, size_t n,
                      float *result);

#endif
