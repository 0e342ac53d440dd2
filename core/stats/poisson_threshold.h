/* Inverse Poisson significance: for each count, the largest background mean at which it is still a
 * detection. */
#ifndef WN_STATS_POISSON_THRESHOLD_H
#define WN_STATS_POISSON_THRESHOLD_H

#include <stdbool.h>

/* Counts below this are tabulated. */
#define POISSON_THRESHOLD_COUNTS 128

struct poisson_threshold {
    double sigma;
    double mean[POISSON_THRESHOLD_COUNTS];

    /* For a quick test that rejects most pixels: a count is not significant unless the square of
     * its distance from the mean exceeds factor * mean * dispersion. */
    float factor;
};

/* Make the table for the one-sided probability of `sigma` sigma of a Gaussian; 1 <= sigma <= 30. */
void wn_poisson_threshold_make(double sigma, struct poisson_threshold *critical);

/* The largest mean at which an integer count >= 0 is significant: it exceeds
 * wn_count_quantile(mean, 1, sigma) for this mean and all lower ones. Negative for a count of 0. */
double wn_poisson_threshold_mean(const struct poisson_threshold *critical, double count);

/* Whether a count, which need not be whole, is above what is expected, and above
 *     expected + (wn_count_quantile(expected, 1, sigma) + 1/2 - expected) * sqrt(dispersion).
 * At low means a Gaussian quantile would make every single count significant; the Poisson quantile
 * does not. It is scaled by the dispersion (variance / mean) > 0. The 1/2 is the continuity
 * correction: the middle between the last count that is not significant and the first that is. It
 * makes no difference to integer counts at dispersion 1. */
bool wn_is_significant(const struct poisson_threshold *critical, double count, double expected,
                       double dispersion);

#endif
