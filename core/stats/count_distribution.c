/* Quantiles are found by summing Panjer's recursion from p(0), one term a count; if p(0) would
 * underflow or the range is too wide, by the Cornish-Fisher expansion (Rev. Inst. Int. Stat. 5
 * (1938) 307). Truncated moments are sums of the same recursion up to COUNT_LIMIT, Gaussian above.
 *
 * Distributions are fitted by the method of moments: a secant iteration on log(dispersion), around
 * a bracketed secant iteration on the mean. Each step costs one truncated sum for every part. */
#include "stats/count_distribution.h"

#include <math.h>
#include <stdbool.h>

/* Probability of exceeding z sigma of a Gaussian. */
static double upper_tail(double z)
{
    return 0.5 * erfc(z / sqrt(2));
}

/* log p(0) in Panjer's class: -mean for Poisson, continuous at dispersion 1. */
static double log_p0(double mean, double dispersion)
{
    const double excess = dispersion - 1;
    const double slope = fabs(excess) < 1e-9 ? 1 : log(dispersion) / excess;
    return -mean * slope;
}

/* p(k) / p(k - 1) = a + b / k */
struct recursion {
    double a, b;
};

static struct recursion recursion_of(double mean, double dispersion)
{
    return (struct recursion){1 - 1 / dispersion, mean / dispersion - (1 - 1 / dispersion)};
}

/* ---- quantiles ----------------------------------------------------------------------------- */

/* Cornish-Fisher expansion up to the skewness, for distributions that are too wide to be summed;
 * sigma may be negative. `skew` is the third cumulant over the variance. In the shorter tail the
 * expansion is monotonic only up to the z where its slope is 0: z is limited to that. */
static double expanded_quantile(double mean, double dispersion, double sigma)
{
    const double spread = sqrt(dispersion * mean), skew = 2 * dispersion - 1;
    const double turn = skew != 0 ? -3 * spread / skew : -INFINITY;
    const double z = skew < 0 ? fmin(sigma, turn) : fmax(sigma, turn);
    return fmax(0, ceil(mean + z * spread + skew * (z * z - 1) / 6 - 0.5));
}

/* Whether the probabilities can be summed one by one. */
static bool can_be_summed(double mean, double dispersion)
{
    return mean + 10 * sqrt(dispersion * mean) <= 4096 && log_p0(mean, dispersion) >= -600;
}

/* Lower limit of the tail probability, which underflows to 0 beyond about 38 sigma. */
#define MIN_TAIL 1e-300

/* Tails are summed count by count at least up to this count. */
#define SUM_EACH_COUNT_END 4096

double wn_count_quantile(double mean, double dispersion, double sigma)
{
    if (!(mean > 0))
        return 0;
    if (dispersion < MIN_DISPERSION)
        return ceil(mean);
    if (!can_be_summed(mean, dispersion))
        return expanded_quantile(mean, dispersion, sigma);

    const double tail = fmax(upper_tail(sigma), MIN_TAIL);
    const struct recursion r = recursion_of(mean, dispersion);
    double p = exp(log_p0(mean, dispersion)), below = p;
    for (int k = 1;; k++) {
        const double ratio = r.a + r.b / k, next = r.a + r.b / (k + 1);
        p = ratio > 0 ? p * ratio : 0;
        /* p: probability of k; below: of less than k; left: of k or more. The difference 1 - below
         * loses all digits far out in the tail, where a geometric bound is used instead. */
        const bool far = 1 - below <= 1e-9 && next < 1;
        const double left = far ? p / (1 - fmax(next, 0)) : 1 - below;
        if (left <= tail || p == 0)
            return k - 1;
        below += p;
        if (far && k > SUM_EACH_COUNT_END) { /* skip counts: the ratio hardly changes any more */
            const int step = k / SUM_EACH_COUNT_END;
            p *= pow(r.a + r.b / (k + 0.5 * step), step);
            k += step;
        }
    }
}

double wn_count_low_quantile(double mean, double dispersion, double sigma)
{
    if (!(mean > 0) || dispersion < MIN_DISPERSION)
        return 0;
    if (!can_be_summed(mean, dispersion))
        return expanded_quantile(mean, dispersion, -sigma);
    const double tail = upper_tail(sigma);
    const struct recursion r = recursion_of(mean, dispersion);
    double p = exp(log_p0(mean, dispersion)), below = p;
    int k = 0;
    while (below <= tail) {
        k++;
        p *= r.a + r.b / k;
        below += p;
    }
    return k;
}

/* ---- moments of truncated distributions ---------------------------------------------------- */

/* Sums p, m1, m2 of k^j p(k), j = 0, 1, 2, over 0 <= k <= limit; each is to be multiplied by
 * exp(scale). */
struct partial {
    double scale, p, m1, m2;
};

/* If a term exceeds this, it and the sums are scaled down. */
#define MAX_TERM 1e200

static struct partial partial_counts(double mean, double dispersion, double limit)
{
    const struct recursion r = recursion_of(mean, dispersion);
    struct partial sum = {log_p0(mean, dispersion), 1, 0, 0};
    double p = 1;
    for (int k = 1; k <= (int)limit; k++) {
        const double ratio = r.a + r.b / k;
        if (ratio <= 0)
            break;
        p *= ratio;
        sum.p += p;
        sum.m1 += p * k;
        sum.m2 += p * k * k;
        if (p > MAX_TERM) {
            p /= MAX_TERM;
            sum.p /= MAX_TERM;
            sum.m1 /= MAX_TERM;
            sum.m2 /= MAX_TERM;
            sum.scale += log(MAX_TERM);
        }
    }
    return sum;
}

static double density(double z)
{
    return 0.3989422804014327 * exp(-0.5 * z * z);
}

/* Inverse Mills ratio density(z) / Phi(z), Phi the probability below z; far below by its asymptotic
 * series. */
static double inverse_mills(double z)
{
    if (z > -10)
        return density(z) / upper_tail(-z);
    const double q = 1 / (z * z);
    return -z * (1 + q * (1 - q * (2 - q * (10 - q * 74))));
}

/* The same for large counts, as a Gaussian; half a count is the continuity correction. */
static struct partial partial_gauss(double mean, double dispersion, double limit)
{
    const double sigma = sqrt(dispersion * mean);
    if (!(sigma > 0))
        return (struct partial){0, 1, mean, mean * mean};
    const double beta = (limit + 0.5 - mean) / sigma, h = inverse_mills(beta);
    const double log_p =
        beta > -10 ? log(upper_tail(-beta)) : log(density(0) / h) - beta * beta / 2;
    const double m1 = mean - sigma * h, variance = sigma * sigma * (1 - beta * h - h * h);
    return (struct partial){log_p, 1, m1, variance + m1 * m1};
}

static struct partial partial_moments(const struct distribution_part *part,
                                      const struct count_distribution *dist)
{
    const double mean = fmax(dist->mean + part->offset, 0) * part->norm;
    return part->limit > COUNT_LIMIT ? partial_gauss(mean, dist->dispersion, part->limit)
                                     : partial_counts(mean, dist->dispersion, part->limit);
}

struct distribution_moments {
    double mean, variance;
};

/* Moments of the mixture over the parts. The weight of a part is the number of its pixels that are
 * expected at or below its limit. */
static struct distribution_moments mixture(const struct distribution_part *part, size_t parts,
                                           const struct count_distribution *dist)
{
    double top = -INFINITY, p = 0, m1 = 0, m2 = 0;
    for (size_t i = 0; i < parts; i++) {
        const struct partial sum = partial_moments(&part[i], dist);
        if (sum.scale > top) { /* all sums are scaled by exp(-top) */
            const double rescale = exp(top - sum.scale);
            p *= rescale;
            m1 *= rescale;
            m2 *= rescale;
            top = sum.scale;
        }
        const double weight = part[i].pixels * exp(sum.scale - top);
        p += weight * sum.p;
        m1 += weight * sum.m1;
        m2 += weight * sum.m2;
    }
    const double mean = m1 / p;
    return (struct distribution_moments){mean, m2 / p - mean * mean};
}

/* ---- fitting ------------------------------------------------------------------------------- */

/* The largest mean that is considered: 4 sigma beyond the limit. From there on the truncated
 * distribution hardly changes, and the mean would be arbitrary; but the distributions of
 * neighbouring regions are interpolated with it. */
static double max_mean(const struct distribution_part *part, size_t parts, double dispersion)
{
    double limit = 0;
    for (size_t i = 0; i < parts; i++)
        limit = fmax(limit, part[i].limit);
    return fmin(2 * limit + 2, limit + 0.5 + 4 * sqrt(dispersion * (limit + 1)));
}

/* Adjust dist->mean so that the truncated mean, which grows with it, is the target: secant steps
 * within a bracket, from which they keep a margin. Returns whether the target was reached. */
static bool fit_mean(const struct distribution_part *part, size_t parts, double target,
                     struct count_distribution *dist)
{
    double low = 0, high = max_mean(part, parts, dist->dispersion);
    double f_low = -target, f_high = NAN, f = NAN;
    dist->mean = fmin(fmax(dist->mean, target), high);
    for (int i = 0; i < 40; i++) {
        f = mixture(part, parts, dist).mean - target;
        if (fabs(f) <= 1e-7 * target)
            break;
        if (f < 0) {
            low = dist->mean;
            f_low = f;
        } else {
            high = dist->mean;
            f_high = f;
        }
        if (!(high - low > 1e-9 * high))
            break;
        if (isnan(f_high)) { /* not bracketed yet */
            dist->mean = fmin(2 * dist->mean - f, high);
            continue;
        }
        const double secant = low - f_low * (high - low) / (f_high - f_low);
        const double margin = 0.02 * (high - low);
        dist->mean = fmin(fmax(secant, low + margin), high - margin);
    }
    return fabs(f) <= 1e-4 * target;
}

/* Error of log(variance) for the distribution with the dispersion exp(x) and the right mean; NaN if
 * there is none. */
static double log_variance_error(const struct distribution_part *part, size_t parts,
                                 const struct distribution_moments *target, double x,
                                 struct count_distribution *dist)
{
    dist->dispersion = exp(x);
    if (!fit_mean(part, parts, target->mean, dist))
        return NAN;
    return log(mixture(part, parts, dist).variance / target->variance);
}

/* Secant iteration on x = log(dispersion). Where no distribution has the right mean, the step is
 * halved. Starts from the dispersion of *best, lowered until there is such a distribution, and
 * leaves the best one found in *best. */
static void fit_dispersion(const struct distribution_part *part, size_t parts,
                           const struct distribution_moments *target,
                           struct count_distribution *best)
{
    const double lowest = log(MIN_DISPERSION), highest = log(MAX_DISPERSION);
    struct count_distribution dist = *best;
    double x0 = log(dist.dispersion), f0 = log_variance_error(part, parts, target, x0, &dist);
    while (!isfinite(f0) && x0 > lowest) {
        x0 = fmax(x0 - 0.5, lowest);
        f0 = log_variance_error(part, parts, target, x0, &dist);
    }
    *best = dist;
    double x = fmin(fmax(x0 - f0, x0 - 1), x0 + 1), best_f = fabs(f0);
    for (int i = 0; i < 20 && fabs(f0) > 1e-3; i++) {
        x = fmin(fmax(x, lowest), highest);
        const double f = log_variance_error(part, parts, target, x, &dist);
        if (!isfinite(f)) {
            dist = *best;
            x = (x + x0) / 2;
            continue;
        }
        if (fabs(f) < best_f) {
            *best = dist;
            best_f = fabs(f);
        }
        const double slope = (f - f0) / (x - x0);
        const double step = slope > 0.1 && isfinite(slope) ? -f / slope : -f;
        x0 = x;
        f0 = f;
        x += fmin(fmax(step, -1), 1);
    }
}

struct count_distribution wn_count_distribution_fit_mean(const struct distribution_part *part,
                                                         size_t parts, double mean,
                                                         double dispersion)
{
    struct count_distribution dist = {mean, dispersion};
    if (!(mean > 0))
        return (struct count_distribution){0, dispersion};
    fit_mean(part, parts, mean, &dist);
    return dist;
}

struct count_distribution wn_count_distribution_fit(const struct distribution_part *part,
                                                    size_t parts, double mean, double variance)
{
    const struct distribution_moments target = {mean, variance};
    struct count_distribution dist = {mean, 1};
    if (!(mean > 0))
        return (struct count_distribution){0, 1};
    double lowest_limit = INFINITY;
    for (size_t i = 0; i < parts; i++)
        lowest_limit = fmin(lowest_limit, part[i].limit);
    if (!(variance > 0)) /* all pixels are equal */
        dist.dispersion = MIN_DISPERSION;
    fit_mean(part, parts, mean, &dist);
    if (variance > 0 && lowest_limit >= 3)
        fit_dispersion(part, parts, &target, &dist);
    return dist;
}

/* A Gaussian truncated beta sigma above its mean mu has the mean mu - sigma h and the variance
 * sigma^2 (1 - beta h - h^2), h the inverse Mills ratio of beta. The distance from that mean to the
 * limit over the truncated standard deviation depends on beta alone and grows from 1 to infinity:
 * beta is found by bisection. */
struct gauss_distribution wn_gauss_distribution_fit(double limit, double mean, double sigma)
{
    if (!(sigma > 0))
        return (struct gauss_distribution){mean, 0};
    const double target = (limit - mean) / sigma;
    double low = -3, high = 40, h = 0, width = 1;
    for (int i = 0; i < 60; i++) {
        const double beta = 0.5 * (low + high);
        h = inverse_mills(beta);
        width = sqrt(fmax(1 - beta * h - h * h, 1e-6));
        if ((beta + h) / width < target)
            low = beta;
        else
            high = beta;
    }
    const double full_sigma = sigma / width;
    return (struct gauss_distribution){mean + full_sigma * h, full_sigma};
}
