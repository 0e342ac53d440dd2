/* A peak looked at closely. */
#ifndef WN_RING_STAMP_H
#define WN_RING_STAMP_H

#include "image/convolve.h"
#include "spots/ring_field.h"
#include "stats/poisson_threshold.h"

/* Residuals about a peak, 0 where a pixel is not usable, and their variances. */
#define STAMP_REACH 3
#define STAMP       (2 * STAMP_REACH + 1)

struct stamp {
    double excess[STAMP][STAMP];
    double background[STAMP][STAMP]; /* variance without signal */
    double variance[STAMP][STAMP];   /* with it */
};

/* The stamp of the peak at a pixel; `offset` is added to what is expected. */
void stamp_make(const struct ring_field *field, size_t index, double offset, struct stamp *stamp);

/* Whether filtered counts of which so many are expected stand out by so many more, see
 * kernel_skewness(). */
bool filtered_stands_out(const struct kernel *kernel, const struct critical *significant,
                         double excess, double expected, double dispersion);

/* Whether the filtered counts in the middle stand out. `dispersion` of the background; 0: floats,
 * which vary by Gauss's law. The radius of the kernel is 1 or 2. */
bool stamp_is_significant(const struct stamp *stamp, const struct kernel *kernel,
                          const struct critical *significant, double dispersion);

/* Where the filtered residual has its maximum, from the middle: for a spot of the shape of the
 * filter, a Gaussian of `width` pixels, the likeliest place of its centre, and nearly that for
 * others. */
wn_found_peak stamp_position(const struct stamp *stamp, const struct kernel *kernel, double width);

#endif
