/* Poisson's law turned round: the mean up to which a count stands out. */
#ifndef WN_STATS_POISSON_THRESHOLD_H
#define WN_STATS_POISSON_THRESHOLD_H

#include <stdbool.h>

/* The means of counts below this are in a table. */
#define POISSON_THRESHOLD_COUNTS 128

struct poisson_threshold {
    double sigma;
    double mean[POISSON_THRESHOLD_COUNTS];

    /* Most pixels are told apart faster: no count stands out unless the square of its distance from
     * the mean is more than factor * mean * dispersion. */
    float factor;
};

/* The table for one-sided probabilities of so many sigma of a Gaussian; 1 <= sigma <= 30. */
void wn_poisson_threshold_make(double sigma, struct poisson_threshold *critical);

/* The largest mean that a whole count >= 0 stands out of: it is above wn_count_quantile(mean, 1,
 * sigma) of this mean and of lower ones. Negative for 0. */
double wn_poisson_threshold_mean(const struct poisson_threshold *critical, double count);

/* Whether a count, which need not be whole, is above what is expected, and above
 *     expected + (wn_count_quantile(expected, 1, sigma) + 1/2 - expected) * sqrt(dispersion).
 * Poisson's quantile is right for low counts, of which a Gaussian one would find every single one
 * remarkable; the dispersion (variance / mean) stretches it. The half is the middle between the
 * last count that does not stand out and the first that does: whole counts of dispersion 1 do not
 * notice it, and it is the correction for continuity of all others. dispersion > 0. */
bool wn_is_significant(const struct poisson_threshold *critical, double count, double expected,
                       double dispersion);

#endif
