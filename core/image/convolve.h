/* Separable convolution with the same kernel along rows and along columns. */
#ifndef WN_IMAGE_CONVOLVE_H
#define WN_IMAGE_CONVOLVE_H

#include <stddef.h>

#define CONVOLUTION_MAX_RADIUS 30

/* A symmetric kernel along one axis: weight[i] applies at the distance i on both sides. The weights
 * are scaled by their sum over the sum of their squares, so that the variance of filtered Poisson
 * counts equals their mean, as for the counts themselves. */
struct convolution {
    size_t radius;
    float weight[CONVOLUTION_MAX_RADIUS + 1];
};

/* A Gaussian with a sigma of `width` pixels, cut off at a radius of 1 to CONVOLUTION_MAX_RADIUS;
 * width 0: a box. */
struct convolution wn_convolution_make(double width, size_t radius);

/* The sum of the weights along one axis. That of the whole kernel is its square. */
double wn_convolution_sum(const struct convolution *kernel);

/* The third central moment s of filtered Poisson counts over their variance, at least 1, the value
 * for counts. Filtered counts with the expectation e have the first three moments of e + s * (n - e
 * / s^2), where n is a Poisson count with the expectation e / s^2. */
double wn_convolution_skewness(const struct convolution *kernel);

/* Convolve across rows: result[i] is the weighted sum of row[0][i] to row[2 radius][i], i < n. */
void wn_convolve_rows(const struct convolution *kernel, const float *const *row, size_t n,
                      float *result);

#endif
