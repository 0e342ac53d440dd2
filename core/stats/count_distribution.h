/* Distributions of background pixels, as the encoder needs them: quantiles for picking, and the
 * distribution that, truncated, has the mean and variance of the pixels that were dropped.
 *
 * Counts follow Panjer's class, p(k) / p(k-1) = a + b/k: Poisson (dispersion 1), negative binomial
 * (wider) or binomial (narrower), Panjer, ASTIN Bulletin 12 (1981) 22. Above COUNT_LIMIT, and for
 * floats, a Gaussian. The decoder's counterpart is decode/cell_distributions.h. libm may be used:
 * the decoder calls none of this. */
#ifndef WN_STATS_COUNT_DISTRIBUTION_H
#define WN_STATS_COUNT_DISTRIBUTION_H

#include <stddef.h>

/* Distributions truncated at more counts than this are taken as Gaussian. */
#define COUNT_LIMIT 255

/* Range of the dispersion (variance / mean). */
#define MIN_DISPERSION (1.0 / 4096)
#define MAX_DISPERSION 65536.0

/* The smallest count t that is exceeded with at most the one-sided probability of `sigma` sigma of
 * a Gaussian. mean >= 0, dispersion >= 0. */
double wn_count_quantile(double mean, double dispersion, double sigma);

/* The largest count t for which fewer than t counts have at most that probability. */
double wn_count_low_quantile(double mean, double dispersion, double sigma);

/* A distribution before truncation; variance = dispersion * mean. */
struct count_distribution {
    double mean, dispersion;
};

/* A part of a region with one expected background and one truncation: its mean is (mean of the
 * region + offset) * norm, and pixels above `limit` were kept. */
struct distribution_part {
    double pixels, norm, offset, limit;
};

/* The distribution of counts whose mixture over the parts, truncated, has the given mean and
 * variance. The dispersion is 1 where the truncation leaves too few values to determine it; where
 * no distribution fits, the result is the nearest possible one. */
struct count_distribution wn_count_distribution_fit(const struct distribution_part *part,
                                                    size_t parts, double mean, double variance);

/* The distribution of the given dispersion whose mixture over the parts, truncated, has the given
 * mean, or comes as near to it as possible. */
struct count_distribution wn_count_distribution_fit_mean(const struct distribution_part *part,
                                                         size_t parts, double mean,
                                                         double dispersion);

struct gauss_distribution {
    double mean, sigma;
};

/* The Gaussian that, truncated above `limit`, has the given mean and sigma. */
struct gauss_distribution wn_gauss_distribution_fit(double limit, double mean, double sigma);

#endif
