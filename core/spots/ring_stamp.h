/* Closer test and position of a candidate peak, from the 7 x 7 pixels around it. */
#ifndef WN_SPOTS_RING_STAMP_H
#define WN_SPOTS_RING_STAMP_H

#include "image/convolve.h"
#include "spots/ring_field.h"
#include "stats/poisson_threshold.h"

/* Residuals around a peak and their variances; 0 where a pixel is not usable. */
#define STAMP_REACH 3
#define STAMP       (2 * STAMP_REACH + 1)

struct ring_stamp {
    double excess[STAMP][STAMP];
    double background[STAMP][STAMP]; /* variance of the background */
    double variance[STAMP][STAMP];   /* the same plus that of the signal */
};

/* The stamp of the peak at a pixel; `offset` is added to the expected values. */
void wn_ring_stamp_make(const struct ring_field *field, size_t index, double offset,
                        struct ring_stamp *stamp);

/* Whether a filtered excess is significant, given the expected filtered counts; see
 * wn_convolution_skewness(). */
bool wn_filtered_is_significant(const struct convolution *kernel,
                                const struct poisson_threshold *significant, double excess,
                                double expected, double dispersion);

/* Whether the filtered excess in the middle is significant. `dispersion` of the background; 0:
 * floats, for which the test is Gaussian. The radius of the kernel is 1 or 2. */
bool wn_ring_stamp_is_significant(const struct ring_stamp *stamp, const struct convolution *kernel,
                                  const struct poisson_threshold *significant, double dispersion);

/* Maximum of the filtered residual, relative to the middle. For a spot of the shape of the filter,
 * a Gaussian with a sigma of `width` pixels, this is the maximum-likelihood position; for other
 * spots it is close to that. */
wn_found_peak wn_ring_stamp_position(const struct ring_stamp *stamp,
                                     const struct convolution *kernel, double width);

#endif
