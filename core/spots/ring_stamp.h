/* A peak looked at closely. */
#ifndef WN_SPOTS_RING_STAMP_H
#define WN_SPOTS_RING_STAMP_H

#include "image/convolve.h"
#include "spots/ring_field.h"
#include "stats/poisson_threshold.h"

/* Residuals about a peak, 0 where a pixel is not usable, and their variances. */
#define STAMP_REACH 3
#define STAMP       (2 * STAMP_REACH + 1)

struct ring_stamp {
    double excess[STAMP][STAMP];
    double background[STAMP][STAMP]; /* variance without signal */
    double variance[STAMP][STAMP];   /* with it */
};

/* The stamp of the peak at a pixel; `offset` is added to what is expected. */
void wn_ring_stamp_make(const struct ring_field *field, size_t index, double offset,
                        struct ring_stamp *stamp);

/* Whether filtered counts of which so many are expected stand out by so many more, see
 * wn_convolution_skewness(). */
bool wn_filtered_is_significant(const struct convolution *kernel,
                                const struct poisson_threshold *significant, double excess,
                                double expected, double dispersion);

/* Whether the filtered counts in the middle stand out. `dispersion` of the background; 0: floats,
 * which vary by Gauss's law. The radius of the kernel is 1 or 2. */
bool wn_ring_stamp_is_significant(const struct ring_stamp *stamp, const struct convolution *kernel,
                                  const struct poisson_threshold *significant, double dispersion);

/* Where the filtered residual has its maximum, from the middle: for a spot of the shape of the
 * filter, a Gaussian of `width` pixels, the likeliest place of its centre, and nearly that for
 * others. */
wn_found_peak wn_ring_stamp_position(const struct ring_stamp *stamp,
                                     const struct convolution *kernel, double width);

#endif
