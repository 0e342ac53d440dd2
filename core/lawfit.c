#include "lawfit.h"

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
 * negative. */
static double expanded_quantile(double mean, double dispersion, double sigma)
{
    const double spread = sqrt(dispersion * mean);
    const double skew = (2 * dispersion - 1) * (sigma * sigma - 1) / 6;
    return fmax(0, ceil(mean + sigma * spread + skew - 0.5));
}

/* Whether the probabilities of a law can be summed one by one. */
static bool can_be_summed(double mean, double dispersion)
{
    return mean + 10 * sqrt(dispersion * mean) <= 4096 && log_p0(mean, dispersion) >= -600;
}

double law_quantile(double mean, double dispersion, double sigma)
{
    if (!(mean > 0))
        return 0;
    if (dispersion < MIN_DISPERSION)
        return ceil(mean);
    if (!can_be_summed(mean, dispersion))
        return expanded_quantile(mean, dispersion, sigma);

    const double tail = upper_tail(sigma);
    const struct recursion r = recursion_of(mean, dispersion);
    double p = exp(log_p0(mean, dispersion)), below = p;
    for (int k = 1;; k++) {
        const double ratio = r.a + r.b / k, next = r.a + r.b / (k + 1);
        p = ratio > 0 ? p * ratio : 0;
        /* p is the probability of k, below that of less than k. What is left above k - 1: by
         * difference, or far out, where that would be all rounding, by the geometric bound. */
        const double left = 1 - below > 1e-9 || next >= 1 ? 1 - below : p / (1 - fmax(next, 0));
        if (left <= tail || p == 0)
            return k - 1;
        below += p;
    }
}

double law_low_quantile(double mean, double dispersion, double sigma)
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
    }
    return sum;
}

static double density(double z)
{
    return 0.3989422804014327 * exp(-0.5 * z * z);
}

/* Counts so large that they are Gaussian; half a count is the continuity correction. */
static struct partial partial_gauss(double mean, double dispersion, double limit)
{
    const double sigma = sqrt(dispersion * mean);
    const double beta = sigma > 0 ? (limit + 0.5 - mean) / sigma : INFINITY;
    const double p = fmax(1 - upper_tail(beta), 1e-300);
    const double hazard = isinf(beta) ? 0 : density(beta) / p;
    const double m1 = mean - sigma * hazard;
    const double variance =
        sigma * sigma * (1 - (isinf(beta) ? 0 : beta * hazard) - hazard * hazard);
    return (struct partial){0, p, p * m1, p * (variance + m1 * m1)};
}

static struct partial partial_moments(const struct law_part *part, const struct law *law)
{
    const double mean = fmax(law->mean + part->offset, 0) * part->norm;
    return part->limit > COUNT_LIMIT ? partial_gauss(mean, law->dispersion, part->limit)
                                     : partial_counts(mean, law->dispersion, part->limit);
}

struct moments {
    double mean, variance;
};

/* The mixture over the parts. Each part weighs as many pixels as its law drops. */
static struct moments mixture(const struct law_part *part, size_t parts, const struct law *law)
{
    double top = -INFINITY, p = 0, m1 = 0, m2 = 0;
    for (size_t i = 0; i < parts; i++)
        top = fmax(top, parts > 1 ? partial_moments(&part[i], law).scale : 0);
    for (size_t i = 0; i < parts; i++) {
        const struct partial sum = partial_moments(&part[i], law);
        const double weight = parts > 1 ? part[i].pixels * exp(sum.scale - top) : 1;
        p += weight * sum.p;
        m1 += weight * sum.m1;
        m2 += weight * sum.m2;
    }
    const double mean = m1 / p;
    return (struct moments){mean, m2 / p - mean * mean};
}

/* ---- fitting ------------------------------------------------------------------------------- */

/* The largest mean that is considered: beyond, a law would say little about where the background
 * is, and the sums above would overflow. */
static double highest_mean(double dispersion, double limit)
{
    const double sensible = 2 * limit + 2;
    return limit > COUNT_LIMIT ? sensible : fmin(sensible, 600 / -log_p0(1, dispersion));
}

/* Bring the truncated mean to the target by the mean of the law, which it grows with: bisection,
 * with the secant wherever it stays inside the bracket. Returns whether that is possible. */
static bool fit_mean(const struct law_part *part, size_t parts, double target, struct law *law)
{
    double low = 0, high = highest_mean(law->dispersion, part[0].limit);
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
static double miss(const struct law_part *part, size_t parts, const struct moments *target,
                   double x, struct law *law)
{
    law->dispersion = exp(x);
    if (!fit_mean(part, parts, target->mean, law))
        return NAN;
    return log(mixture(part, parts, law).variance / target->variance);
}

/* Secant on x = log(dispersion); where there is no law, back half of the way. Keeps the best. */
static void fit_dispersion(const struct law_part *part, size_t parts, const struct moments *target,
                           struct law *best)
{
    const double lowest = log(MIN_DISPERSION), highest = log(MAX_DISPERSION);
    struct law law = *best;
    double x0 = 0, f0 = miss(part, parts, target, x0, &law), x = -f0, best_f = fabs(f0);
    for (int i = 0; i < 12 && fabs(f0) > 1e-3; i++) {
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

struct law law_fit_counts(const struct law_part *part, size_t parts, double mean, double variance)
{
    const struct moments target = {mean, variance};
    struct law law = {mean, 1};
    if (!(mean > 0))
        return (struct law){0, 1};
    fit_mean(part, parts, mean, &law);
    double lowest_limit = INFINITY;
    for (size_t i = 0; i < parts; i++)
        lowest_limit = fmin(lowest_limit, part[i].limit);
    if (!(variance > 0)) /* all pixels the same: as narrow as can be */
        law.dispersion = MIN_DISPERSION;
    else if (lowest_limit >= 3)
        fit_dispersion(part, parts, &target, &law);
    return law;
}

/* With the limit beta sigma above the mean, a truncated Gaussian has the mean mu - sigma h and the
 * variance sigma^2 (1 - beta h - h^2), h = density(beta) / Phi(beta). The distance from its mean to
 * the limit, in units of its own sigma, is therefore a function of beta alone, which grows from 1
 * to infinity; bisection. */
struct gauss law_fit_gauss(double limit, double mean, double sigma)
{
    if (!(sigma > 0))
        return (struct gauss){mean, 0};
    const double target = (limit - mean) / sigma;
    double low = -3, high = 40, h = 0, width = 1;
    for (int i = 0; i < 60; i++) {
        const double beta = 0.5 * (low + high);
        h = density(beta) / (1 - upper_tail(beta));
        width = sqrt(fmax(1 - beta * h - h * h, 1e-6));
        if ((beta + h) / width < target)
            low = beta;
        else
            high = beta;
    }
    const double full_sigma = sigma / width;
    return (struct gauss){mean + full_sigma * h, full_sigma};
}
