/* Background laws, from the encoder's side: quantiles for picking, and the law whose truncated form
 * has the mean and variance of the pixels that were dropped.
 *
 * Counts follow Panjer's class, p(k) / p(k-1) = a + b/k: Poisson (dispersion 1), negative binomial
 * (wider) or binomial (narrower), Panjer, ASTIN Bulletin 12 (1981) 22. Above COUNT_LIMIT, and for
 * floats, a Gaussian. The decoder's side is lawtable.h. Here libm may be used: nothing of this is
 * needed for reading. */
#ifndef WN_STATS_COUNT_DISTRIBUTION_H
#define WN_STATS_COUNT_DISTRIBUTION_H

#include <stddef.h>

/* Laws truncated at more than so many counts are taken as Gaussian. */
#define COUNT_LIMIT 255

/* Range of the dispersion (variance / mean). */
#define MIN_DISPERSION (1.0 / 4096)
#define MAX_DISPERSION 65536.0

/* The smallest count t that is exceeded with no more than the one-sided probability of `sigma`
 * sigma of a Gaussian. mean >= 0, dispersion >= 0. */
double wn_count_quantile(double mean, double dispersion, double sigma);

/* The largest count t so that fewer than t counts have no more than that probability. */
double wn_count_low_quantile(double mean, double dispersion, double sigma);

/* A law before truncation. For counts sigma^2 = dispersion * mean. */
struct count_distribution {
    double mean, dispersion;
};

/* A part of a region, in which the law is truncated at one value and the background is one: its
 * mean is (mean of the region + offset) * norm, and pixels above `limit` were kept. */
struct distribution_part {
    double pixels, norm, offset, limit;
};

/* The law of counts whose mixture over the parts, truncated, has the given mean and variance.
 * Falls back to dispersion 1 where the truncation leaves too few values to tell, and to the nearest
 * possible law where there is none. */
struct count_distribution wn_count_distribution_fit(const struct distribution_part *part,
                                                    size_t parts, double mean, double variance);

/* The law of that dispersion whose mixture over the parts, truncated, has the given mean, or comes
 * as near to it as it can. */
struct count_distribution wn_count_distribution_fit_mean(const struct distribution_part *part,
                                                         size_t parts, double mean,
                                                         double dispersion);

/* Mean and sigma of the Gaussian that, truncated at limit, has the given mean and sigma. */
struct gauss_distribution {
    double mean, sigma;
};

struct gauss_distribution wn_gauss_distribution_fit(double limit, double mean, double sigma);

#endif
