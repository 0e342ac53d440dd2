#include "stats/count_distribution.h"

#include <math.h>
#include <stdbool.h>

/* Probability of exceeding z sigma of a Gaussian. */
static double upper_tail(double z)
{
    return 0.5 * erfc(z / sqrt(2));
}

/* log p(0) of Panjer's class: -mean for Poisson, continuous through dispersion 1. */
static double log_p0(double mean, double dispersion)
{
    const double excess = dispersion - 1;
    const double slope = fabs(excess) < 1e-9 ? 1 : log(dispersion) / excess;
    return -mean * slope;
}

struct recursion {
    double a, b;
};

static struct recursion recursion_of(double mean, double dispersion)
{
    return (struct recursion){1 - 1 / dispersion, mean / dispersion - (1 - 1 / dispersion)};
}

/* ---- quantiles ----------------------------------------------------------------------------- */

/* Cornish-Fisher expansion to the skewness, for laws that are too wide to be summed; sigma may be
 * negative. Towards the shorter tail the expansion turns back where its slope is 0: there it ends.
 */
static double expanded_quantile(double mean, double dispersion, double sigma)
{
    const double spread = sqrt(dispersion * mean), skew = 2 * dispersion - 1;
    const double turn = skew != 0 ? -3 * spread / skew : -INFINITY;
    const double z = skew < 0 ? fmin(sigma, turn) : fmax(sigma, turn);
    return fmax(0, ceil(mean + z * spread + skew * (z * z - 1) / 6 - 0.5));
}

/* Whether the probabilities of a law can be summed one by one. */
static bool can_be_summed(double mean, double dispersion)
{
    return mean + 10 * sqrt(dispersion * mean) <= 4096 && log_p0(mean, dispersion) >= -600;
}

/* Of more sigma than 37 the tail would be 0, and no count beyond it. */
#define SMALLEST_TAIL 1e-300

/* Tails are followed count by count up to here at least. */
#define FAR_COUNT 4096

double wn_count_quantile(double mean, double dispersion, double sigma)
{
    if (!(mean > 0))
        return 0;
    if (dispersion < MIN_DISPERSION)
        return ceil(mean);
    if (!can_be_summed(mean, dispersion))
        return expanded_quantile(mean, dispersion, sigma);

    const double tail = fmax(upper_tail(sigma), SMALLEST_TAIL);
    const struct recursion r = recursion_of(mean, dispersion);
    double p = exp(log_p0(mean, dispersion)), below = p;
    for (int k = 1;; k++) {
        const double ratio = r.a + r.b / k, next = r.a + r.b / (k + 1);
        p = ratio > 0 ? p * ratio : 0;
        /* p is the probability of k, below that of less than k. What is left above k - 1: by
         * difference, or far out, where that would be all rounding, by the geometric bound. */
        const bool far = 1 - below <= 1e-9 && next < 1;
        const double left = far ? p / (1 - fmax(next, 0)) : 1 - below;
        if (left <= tail || p == 0)
            return k - 1;
        below += p;
        if (far && k > FAR_COUNT) { /* many counts at once: the ratio hardly changes any more */
            const int step = k / FAR_COUNT;
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

/* ---- moments of truncated laws ------------------------------------------------------------- */

/* Sums of k^j p(k) over 0 <= k <= limit, times exp(-scale). */
struct partial {
    double scale, p, m1, m2;
};

/* Terms beyond this are scaled down, with the sums. */
#define HIGHEST_TERM 1e200

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
        if (p > HIGHEST_TERM) {
            p /= HIGHEST_TERM;
            sum.p /= HIGHEST_TERM;
            sum.m1 /= HIGHEST_TERM;
            sum.m2 /= HIGHEST_TERM;
            sum.scale += log(HIGHEST_TERM);
        }
    }
    return sum;
}

static double density(double z)
{
    return 0.3989422804014327 * exp(-0.5 * z * z);
}

/* density(z) / Phi(z), Phi the probability below z; far below by its asymptotic series. */
static double hazard(double z)
{
    if (z > -10)
        return density(z) / upper_tail(-z);
    const double q = 1 / (z * z);
    return -z * (1 + q * (1 - q * (2 - q * (10 - q * 74))));
}

/* Counts so large that they are Gaussian; half a count is the continuity correction. */
static struct partial partial_gauss(double mean, double dispersion, double limit)
{
    const double sigma = sqrt(dispersion * mean);
    if (!(sigma > 0))
        return (struct partial){0, 1, mean, mean * mean};
    const double beta = (limit + 0.5 - mean) / sigma, h = hazard(beta);
    const double log_p =
        beta > -10 ? log(upper_tail(-beta)) : log(density(0) / h) - beta * beta / 2;
    const double m1 = mean - sigma * h, variance = sigma * sigma * (1 - beta * h - h * h);
    return (struct partial){log_p, 1, m1, variance + m1 * m1};
}

static struct partial partial_moments(const struct distribution_part *part,
                                      const struct count_distribution *law)
{
    const double mean = fmax(law->mean + part->offset, 0) * part->norm;
    return part->limit > COUNT_LIMIT ? partial_gauss(mean, law->dispersion, part->limit)
                                     : partial_counts(mean, law->dispersion, part->limit);
}

struct distribution_moments {
    double mean, variance;
};

/* The mixture over the parts. Each part weighs as many pixels as its law drops. */
static struct distribution_moments mixture(const struct distribution_part *part, size_t parts,
                                           const struct count_distribution *law)
{
    double top = -INFINITY, p = 0, m1 = 0, m2 = 0;
    for (size_t i = 0; i < parts; i++) {
        const struct partial sum = partial_moments(&part[i], law);
        if (sum.scale > top) { /* all sums are times exp(-top) */
            const double less = exp(top - sum.scale);
            p *= less;
            m1 *= less;
            m2 *= less;
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

/* The largest mean that is considered: 4 sigma beyond the limit. From there on the truncated law
 * hardly changes, and the mean would say nothing about where the background is, which the laws of
 * the neighbours depend on as well. */
static double highest_mean(const struct distribution_part *part, size_t parts, double dispersion)
{
    double limit = 0;
    for (size_t i = 0; i < parts; i++)
        limit = fmax(limit, part[i].limit);
    return fmin(2 * limit + 2, limit + 0.5 + 4 * sqrt(dispersion * (limit + 1)));
}

/* Bring the truncated mean to the target by the mean of the law, which it grows with: bisection,
 * with the secant wherever it stays inside the bracket. Returns whether that is possible. */
static bool fit_mean(const struct distribution_part *part, size_t parts, double target,
                     struct count_distribution *law)
{
    double low = 0, high = highest_mean(part, parts, law->dispersion);
    double f_low = -target, f_high = NAN, f = NAN;
    law->mean = fmin(fmax(law->mean, target), high);
    for (int i = 0; i < 40; i++) {
        f = mixture(part, parts, law).mean - target;
        if (fabs(f) <= 1e-7 * target)
            break;
        if (f < 0) {
            low = law->mean;
            f_low = f;
        } else {
            high = law->mean;
            f_high = f;
        }
        if (!(high - low > 1e-9 * high))
            break;
        if (isnan(f_high)) { /* not bracketed yet */
            law->mean = fmin(2 * law->mean - f, high);
            continue;
        }
        const double secant = low - f_low * (high - low) / (f_high - f_low);
        const double margin = 0.02 * (high - low);
        law->mean = fmin(fmax(secant, low + margin), high - margin);
    }
    return fabs(f) <= 1e-4 * target;
}

/* How far log(variance) is off for the law with the dispersion exp(x) that has the right mean; NaN
 * if there is none. */
static double miss(const struct distribution_part *part, size_t parts,
                   const struct distribution_moments *target, double x,
                   struct count_distribution *law)
{
    law->dispersion = exp(x);
    if (!fit_mean(part, parts, target->mean, law))
        return NAN;
    return log(mixture(part, parts, law).variance / target->variance);
}

/* Secant on x = log(dispersion); where there is no law, back half of the way. Begins with the
 * nearest dispersion to that of `law` below which there is a law, keeps the best. */
static void fit_dispersion(const struct distribution_part *part, size_t parts,
                           const struct distribution_moments *target,
                           struct count_distribution *best)
{
    const double lowest = log(MIN_DISPERSION), highest = log(MAX_DISPERSION);
    struct count_distribution law = *best;
    double x0 = log(law.dispersion), f0 = miss(part, parts, target, x0, &law);
    while (!isfinite(f0) && x0 > lowest) {
        x0 = fmax(x0 - 0.5, lowest);
        f0 = miss(part, parts, target, x0, &law);
    }
    *best = law;
    double x = fmin(fmax(x0 - f0, x0 - 1), x0 + 1), best_f = fabs(f0);
    for (int i = 0; i < 20 && fabs(f0) > 1e-3; i++) {
        x = fmin(fmax(x, lowest), highest);
        const double f = miss(part, parts, target, x, &law);
        if (!isfinite(f)) {
            law = *best;
            x = (x + x0) / 2;
            continue;
        }
        if (fabs(f) < best_f) {
            *best = law;
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
    struct count_distribution law = {mean, dispersion};
    if (!(mean > 0))
        return (struct count_distribution){0, dispersion};
    fit_mean(part, parts, mean, &law);
    return law;
}

struct count_distribution wn_count_distribution_fit(const struct distribution_part *part,
                                                    size_t parts, double mean, double variance)
{
    const struct distribution_moments target = {mean, variance};
    struct count_distribution law = {mean, 1};
    if (!(mean > 0))
        return (struct count_distribution){0, 1};
    double lowest_limit = INFINITY;
    for (size_t i = 0; i < parts; i++)
        lowest_limit = fmin(lowest_limit, part[i].limit);
    if (!(variance > 0)) /* all pixels the same: as narrow as can be */
        law.dispersion = MIN_DISPERSION;
    fit_mean(part, parts, mean, &law);
    if (variance > 0 && lowest_limit >= 3)
        fit_dispersion(part, parts, &target, &law);
    return law;
}

/* With the limit beta sigma above the mean, a truncated Gaussian has the mean mu - sigma h and the
 * variance sigma^2 (1 - beta h - h^2), h = density(beta) / Phi(beta). The distance from its mean to
 * the limit, in units of its own sigma, is therefore a function of beta alone, which grows from 1
 * to infinity; bisection. */
struct gauss_distribution wn_gauss_distribution_fit(double limit, double mean, double sigma)
{
    if (!(sigma > 0))
        return (struct gauss_distribution){mean, 0};
    const double target = (limit - mean) / sigma;
    double low = -3, high = 40, h = 0, width = 1;
    for (int i = 0; i < 60; i++) {
        const double beta = 0.5 * (low + high);
        h = hazard(beta);
        width = sqrt(fmax(1 - beta * h - h * h, 1e-6));
        if ((beta + h) / width < target)
            low = beta;
        else
            high = beta;
    }
    const double full_sigma = sigma / width;
    return (struct gauss_distribution){mean + full_sigma * h, full_sigma};
}
