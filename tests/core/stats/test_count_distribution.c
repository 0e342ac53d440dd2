/* Quantiles and fits of background distributions against sums of the probabilities in closed form.
 */
#include <math.h>
#include <stdlib.h>

#include "stats/count_distribution.h"
#include "support/reference.h"
#include "support/unit.h"

/* ---- a distribution, term by term------------------------------------------------------------ */

/* Probabilities of 0 to n - 1, and of what is beyond each. */
struct table {
    size_t n;
    long double *p, *above; /* above[k]: more than k */
};

static struct table table_of(double mean, double dispersion)
{
    const double reach = mean + 60 * (sqrt(dispersion * mean) + dispersion) + 60;
    struct table t = {.n = (size_t)reach};
    t.p = unit_alloc(t.n * sizeof *t.p);
    t.above = unit_alloc(t.n * sizeof *t.above);
    for (size_t k = 0; k < t.n; k++)
        t.p[k] = expl(plain_log_p(mean, dispersion, (double)k));
    /* smallest first, so that the far tail keeps its digits */
    long double sum = 0;
    for (size_t k = t.n; k-- > 0;) {
        t.above[k] = sum;
        sum += t.p[k];
    }
    return t;
}

static void table_free(struct table *t)
{
    free(t->p);
    free(t->above);
}

static const double means[] = {0.003, 0.05, 0.3, 1, 2.5, 10, 33.3, 100, 400, 1500};
static const double sigmas[] = {0, 0.5, 1, 2, 3, 4, 5, 6, 8};
#define MEANS  (sizeof means / sizeof means[0])
#define SIGMAS (sizeof sigmas / sizeof sigmas[0])

/* Dispersions below 1 only where the binomial has a whole number of trials, and is therefore a
 * distribution in closed form. */
static void for_all_laws(void (*check)(double mean, double dispersion, const struct table *t))
{
    const double wide[] = {1, 1.05, 1.5, 3, 12};
    const double trials[] = {1, 2, 5, 17, 100, 1000};
    const double chance[] = {0.01, 0.2, 0.5, 0.9};
    for (size_t i = 0; i < MEANS; i++) {
        for (size_t k = 0; k < sizeof wide / sizeof wide[0]; k++) {
            /* what can be summed: the others are tested below */
            if (means[i] + 10 * sqrt(wide[k] * means[i]) > 4000)
                continue;
            if (plain_log_p(means[i], wide[k], 0) < -590)
                continue;
            struct table t = table_of(means[i], wide[k]);
            check(means[i], wide[k], &t);
            table_free(&t);
        }
    }
    for (size_t i = 0; i < sizeof trials / sizeof trials[0]; i++) {
        for (size_t k = 0; k < sizeof chance / sizeof chance[0]; k++) {
            const double mean = trials[i] * chance[k], dispersion = 1 - chance[k];
            if (trials[i] * log(dispersion) < -590)
                continue;
            struct table t = table_of(mean, dispersion);
            check(mean, dispersion, &t);
            table_free(&t);
        }
    }
}

/* ---- quantiles ----------------------------------------------------------------------------- */

/* The probabilities in the library are sums of doubles. */
#define SUMMING 1e-12L

static void expect_upper(double mean, double dispersion, const struct table *t)
{
    for (size_t i = 0; i < SIGMAS; i++) {
        const long double tail = plain_tail(sigmas[i]);
        const double q = wn_count_quantile(mean, dispersion, sigmas[i]);
        EXPECT(q >= 0 && q == floor(q) && q < (double)t->n, "mean %g, dispersion %g: %g", mean,
               dispersion, q);
        const size_t k = (size_t)q;
        EXPECT(t->above[k] <= tail * (1 + 1e-6L) + SUMMING * (tail > 1e-8L),
               "mean %g, dispersion %g, %g sigma: %zu is exceeded with %Lg", mean, dispersion,
               sigmas[i], k, t->above[k]);
        /* far out, an upper bound of the tail may ask for one more */
        const size_t below = tail < 1e-8L && k > 0 ? k - 1 : k;
        if (below > 0)
            EXPECT(t->above[below - 1] > tail * (1 - 1e-6L) - SUMMING * (tail > 1e-8L),
                   "mean %g, dispersion %g, %g sigma: %zu would do, it is exceeded with %Lg", mean,
                   dispersion, sigmas[i], below - 1, t->above[below - 1]);
    }
}

START_TEST(upper_quantiles)
{
    for_all_laws(expect_upper);
}
END_TEST

static void expect_lower(double mean, double dispersion, const struct table *t)
{
    for (size_t i = 0; i < SIGMAS; i++) {
        const long double tail = plain_tail(sigmas[i]);
        const double q = wn_count_low_quantile(mean, dispersion, sigmas[i]);
        EXPECT(q >= 0 && q == floor(q) && q < (double)t->n, "mean %g, dispersion %g: %g", mean,
               dispersion, q);
        long double below = 0;
        for (size_t k = 0; k < (size_t)q; k++)
            below += t->p[k];
        EXPECT(below <= tail * (1 + 1e-6L), "mean %g, dispersion %g, %g sigma: %g", mean,
               dispersion, sigmas[i], q);
        EXPECT(below + t->p[(size_t)q] > tail * (1 - 1e-6L), "mean %g, dispersion %g, %g sigma: %g",
               mean, dispersion, sigmas[i], q);
    }
}

START_TEST(lower_quantiles)
{
    for_all_laws(expect_lower);
}
END_TEST

/* What is too wide to be summed: the expansion is good to half a percent of sigma, or a count. */
START_TEST(quantiles_of_wide_laws)
{
    const double mean[] = {700, 3000, 1e4, 1e5};
    const double dispersion[] = {1, 2, 5};
    for (size_t i = 0; i < 4; i++) {
        for (size_t k = 0; k < 3; k++) {
            struct table t = table_of(mean[i], dispersion[k]);
            for (double sigma = 0; sigma <= 5; sigma += 0.5) {
                const double tail = plain_tail(sigma);
                size_t exact = 0, low = 0;
                while (t.above[exact] > tail)
                    exact++;
                while (1 - t.above[low] <= tail)
                    low++;
                const double slack = 1 + 0.02 * sqrt(dispersion[k] * mean[i]);
                const double q = wn_count_quantile(mean[i], dispersion[k], sigma);
                const double l = wn_count_low_quantile(mean[i], dispersion[k], sigma);
                EXPECT(fabs(q - (double)exact) <= slack, "mean %g, %g, %g sigma: %g, not %zu",
                       mean[i], dispersion[k], sigma, q, exact);
                EXPECT(fabs(l - (double)low) <= slack, "mean %g, %g, %g sigma: %g, not %zu",
                       mean[i], dispersion[k], sigma, l, low);
            }
            table_free(&t);
        }
    }
}
END_TEST

START_TEST(quantiles_at_the_ends)
{
    ck_assert_double_eq(wn_count_quantile(0, 1, 3), 0);
    ck_assert_double_eq(wn_count_low_quantile(0, 1, 3), 0);
    ck_assert_double_eq(wn_count_quantile(7.2, 0, 3), 8); /* no spread at all */
    ck_assert_double_eq(wn_count_quantile(NAN, 1, 3), 0);
}
END_TEST

/* Any number of sigma that parameters can ask for comes to an end, and a higher one is never
 * lower. */
START_TEST(quantiles_of_any_sigma)
{
    const double dispersions[] = {1.0 / 4096, 0.1, 0.9, 1, 1.1, 3, 17.9, 1000};
    for (size_t i = 0; i < sizeof dispersions / sizeof dispersions[0]; i++) {
        for (double mean = 0.01; mean < 1e7; mean *= 2.5) {
            double before = 0;
            for (double sigma = 1; sigma <= 100; sigma += 2.5) {
                const double q = wn_count_quantile(mean, dispersions[i], sigma);
                EXPECT(q >= before && isfinite(q), "mean %g, dispersion %g, %g sigma: %g", mean,
                       dispersions[i], sigma, q);
                before = q;
            }
        }
    }
}
END_TEST

/* Far in the tail of a wide distribution, where many counts are skipped at once: the geometric tail
 * of the negative binomial distribution of shape 1, whose quantiles are known. */
START_TEST(quantiles_far_out)
{
    for (double mean = 1; mean <= 200; mean *= 3) {
        for (double sigma = 5; sigma <= 35; sigma += 3) {
            const double tail = plain_tail(sigma);
            const double exact = log(tail) / log(mean / (1 + mean)) - 1;
            const double q = wn_count_quantile(mean, 1 + mean, sigma);
            EXPECT(fabs(q - exact) < 2 + 0.02 * exact, "mean %g, %g sigma: %g, not %g", mean, sigma,
                   q, exact);
        }
    }
}
END_TEST

/* However wide the distribution, the lower limit is below the mean and not negative. */
START_TEST(lower_quantiles_are_low)
{
    for (double mean = 0.01; mean < 4e9; mean *= 3) {
        for (double dispersion = 1; dispersion < 1e9; dispersion *= 3) {
            const double q = wn_count_low_quantile(mean, dispersion, 6);
            EXPECT(q >= 0 && q <= mean, "mean %g, dispersion %g: %g", mean, dispersion, q);
        }
    }
}
END_TEST

/* ---- fits of counts ------------------------------------------------------------------------ */

/* Weights by the definition of Panjer's class, which for binomials need not have a whole number of
 * trials: p(k) / p(k - 1) = a + b / k while that is positive. */
static void truncated(const struct distribution_part *part, const struct count_distribution *law,
                      long double sum[3])
{
    const long double d = law->dispersion, a = 1 - 1 / d;
    const long double mean = fmax(law->mean + part->offset, 0) * part->norm;
    const long double b = mean / d - a;
    /* log p(0) = -mean log(d) / (d - 1) */
    const long double log_p0 = d == 1 ? -mean : -mean * logl(d) / (d - 1);
    long double p = expl(log_p0);
    sum[0] = sum[1] = sum[2] = 0;
    for (long double k = 0; k <= part->limit; k++) {
        if (k > 0)
            p = a + b / k > 0 ? p * (a + b / k) : 0;
        sum[0] += p;
        sum[1] += p * k;
        sum[2] += p * k * k;
    }
}

/* Mean and variance of the mixture of the parts, each as heavy as its pixels that are dropped. */
static void moments(const struct distribution_part *part, size_t parts,
                    const struct count_distribution *law, double *mean, double *variance)
{
    long double all[3] = {0};
    for (size_t i = 0; i < parts; i++) {
        long double sum[3];
        truncated(&part[i], law, sum);
        for (int k = 0; k < 3; k++)
            all[k] += (long double)part[i].pixels * sum[k];
    }
    *mean = (double)(all[1] / all[0]);
    *variance = (double)(all[2] / all[0] - all[1] / all[0] * (all[1] / all[0]));
}

/* Promise P3: mean and variance of what is restored are those of the original to 0.5 %. The fit
 * alone has to do better with the mean. */
#define MEAN_TOLERANCE     1e-4
#define VARIANCE_TOLERANCE 5e-3

/* A fit to the moments of a distribution has these moments. */
static void expect_fit(const struct distribution_part *part, size_t parts,
                       const struct count_distribution *truth)
{
    double mean, variance, fitted_mean, fitted_variance;
    moments(part, parts, truth, &mean, &variance);
    const struct count_distribution law = wn_count_distribution_fit(part, parts, mean, variance);
    moments(part, parts, &law, &fitted_mean, &fitted_variance);
    EXPECT(fabs(fitted_mean / mean - 1) < MEAN_TOLERANCE,
           "limit %g, truth %g x %g, fitted %g x %g: mean %g, not %g", part[0].limit, truth->mean,
           truth->dispersion, law.mean, law.dispersion, fitted_mean, mean);
    EXPECT(fabs(fitted_variance / variance - 1) < VARIANCE_TOLERANCE,
           "limit %g, truth %g x %g, fitted %g x %g: variance %g, not %g", part[0].limit,
           truth->mean, truth->dispersion, law.mean, law.dispersion, fitted_variance, variance);
}

START_TEST(one_part)
{
    const double mean[] = {0.3, 1, 3, 10, 30, 100, 180};
    const double dispersion[] = {0.5, 0.8, 1, 1.2, 2, 4};
    for (size_t i = 0; i < sizeof mean / sizeof mean[0]; i++) {
        for (size_t k = 0; k < sizeof dispersion / sizeof dispersion[0]; k++) {
            for (double z = 0; z <= 4; z += 0.5) {
                const struct count_distribution truth = {mean[i], dispersion[k]};
                const double limit = floor(mean[i] + z * sqrt(dispersion[k] * mean[i]));
                if (limit < 3 || limit > 255)
                    continue;
                const struct distribution_part part = {100, 1, 0, limit};
                expect_fit(&part, 1, &truth);
            }
        }
    }
}
END_TEST

/* Several limits and offsets: a ring on the slope of the background, with norms. */
START_TEST(mixtures)
{
    uint64_t random = 1;
    for (int i = 0; i < 400; i++) {
        const struct count_distribution truth = {exp(4 * unit_uniform(&random)),
                                                 exp(1.4 * unit_uniform(&random) - 0.3)};
        struct distribution_part part[8];
        const size_t parts = (size_t)unit_integer(&random, 2, 8);
        for (size_t k = 0; k < parts; k++) {
            part[k].pixels = (double)unit_integer(&random, 1, 500);
            part[k].norm = i % 2 ? 1 : 0.7 + 0.3 * unit_uniform(&random);
            part[k].offset = truth.mean * 0.3 * (unit_uniform(&random) - 0.5);
            const double m = (truth.mean + part[k].offset) * part[k].norm;
            part[k].limit =
                fmax(3, floor(m + (0.5 + 3 * unit_uniform(&random)) * sqrt(m * truth.dispersion)));
        }
        expect_fit(part, parts, &truth);
    }
}
END_TEST

/* Limits so low that nothing but the mean can be known: dispersion 1, and the mean is right. */
START_TEST(low_limits)
{
    for (double limit = 0; limit < 3; limit++) {
        for (double mean = 0.02; mean < 3; mean *= 1.3) {
            const struct count_distribution truth = {mean, 1};
            const struct distribution_part part = {100, 1, 0, limit};
            double target, variance, fitted, fitted_variance;
            moments(&part, 1, &truth, &target, &variance);
            const struct count_distribution law =
                wn_count_distribution_fit(&part, 1, target, variance);
            ck_assert_double_eq(law.dispersion, 1);
            if (limit == 0)
                continue; /* only zeros: any mean will do */
            moments(&part, 1, &law, &fitted, &fitted_variance);
            EXPECT(fabs(fitted / target - 1) < MEAN_TOLERANCE, "limit %g, mean %g: %g, not %g",
                   limit, mean, fitted, target);
        }
    }
}
END_TEST

/* Mean and variance of a Gaussian truncated half a count above the limit. */
static void truncated_gaussian(double mean, double dispersion, double limit, double *truncated_mean,
                               double *variance)
{
    const double sigma = sqrt(dispersion * mean), beta = (limit + 0.5 - mean) / sigma;
    const double h = exp(-0.5 * beta * beta) / sqrt(2 * acos(-1)) / plain_tail(-beta);
    *truncated_mean = mean - sigma * h;
    *variance = sigma * sigma * (1 - beta * h - h * h);
}

/* Above 255 the distribution is a Gaussian. */
START_TEST(large_counts)
{
    const double dispersions[] = {0.25, 0.5, 1, 2, 5, 20};
    for (double mean = 257; mean < 1e7; mean *= 2) {
        for (size_t k = 0; k < sizeof dispersions / sizeof dispersions[0]; k++) {
            for (double z = 0; z <= 4; z += 0.5) {
                const double d = dispersions[k], limit = floor(mean + z * sqrt(d * mean));
                double target, variance, fitted_mean, fitted_variance;
                truncated_gaussian(mean, d, limit, &target, &variance);
                const struct distribution_part part = {1000, 1, 0, limit};
                const struct count_distribution law =
                    wn_count_distribution_fit(&part, 1, target, variance);
                truncated_gaussian(law.mean, law.dispersion, limit, &fitted_mean, &fitted_variance);
                EXPECT(fabs(fitted_mean / target - 1) < MEAN_TOLERANCE,
                       "truth %g x %g, limit %g, fitted %g x %g: mean %g, not %g", mean, d, limit,
                       law.mean, law.dispersion, fitted_mean, target);
                EXPECT(fabs(fitted_variance / variance - 1) < VARIANCE_TOLERANCE,
                       "truth %g x %g, limit %g, fitted %g x %g: variance %g, not %g", mean, d,
                       limit, law.mean, law.dispersion, fitted_variance, variance);
            }
        }
    }
}
END_TEST

/* Moments that no distribution can have still give one, within the range that can be stored. */
START_TEST(impossible_targets)
{
    uint64_t random = 2;
    for (int i = 0; i < 3000; i++) {
        struct distribution_part part[4];
        const size_t parts = (size_t)unit_integer(&random, 1, 4);
        for (size_t k = 0; k < parts; k++)
            part[k] = (struct distribution_part){
                1 + 100 * unit_uniform(&random), 0.2 + unit_uniform(&random),
                20 * unit_uniform(&random) - 10, floor(exp(8 * unit_uniform(&random)) - 1)};
        const double mean = exp(12 * unit_uniform(&random) - 4);
        const double variance = exp(30 * unit_uniform(&random) - 15);
        const struct count_distribution law =
            wn_count_distribution_fit(part, parts, mean, i % 10 ? variance : 0);
        EXPECT(law.mean >= 0 && isfinite(law.mean), "case %d: mean %g", i, law.mean);
        EXPECT(law.dispersion >= MIN_DISPERSION * (1 - 1e-9) &&
                   law.dispersion <= MAX_DISPERSION * (1 + 1e-9),
               "case %d: dispersion %g", i, law.dispersion);
    }
    const struct distribution_part part = {10, 1, 0, 20};
    const struct count_distribution none = wn_count_distribution_fit(&part, 1, 0, 0);
    ck_assert_double_eq(none.mean, 0);
    ck_assert_double_eq(none.dispersion, 1);
}
END_TEST

/* ---- fits of floats ------------------------------------------------------------------------ */

START_TEST(gaussians)
{
    for (double beta = -2; beta <= 6; beta += 0.125) {
        for (double sigma = 1e-3; sigma < 1e6; sigma *= 30) {
            for (double mean = -1e3; mean <= 1e3; mean += 500) {
                const double limit = mean + beta * sigma;
                const double h = exp(-0.5 * beta * beta) / sqrt(2 * acos(-1)) / plain_tail(-beta);
                const double target = mean - sigma * h;
                const double width = sigma * sqrt(1 - beta * h - h * h);
                const struct gauss_distribution g = wn_gauss_distribution_fit(limit, target, width);
                EXPECT(fabs(g.mean - mean) < 1e-4 * sigma + 1e-9 * fabs(mean),
                       "%g +- %g below %g: %g", mean, sigma, limit, g.mean);
                EXPECT(fabs(g.sigma / sigma - 1) < 1e-4, "%g +- %g below %g: %g", mean, sigma,
                       limit, g.sigma);
            }
        }
    }
}
END_TEST

START_TEST(gaussian_without_spread)
{
    const struct gauss_distribution g = wn_gauss_distribution_fit(12, 7, 0);
    ck_assert_double_eq(g.mean, 7);
    ck_assert_double_eq(g.sigma, 0);
    /* a limit far out truncates nothing */
    const struct gauss_distribution far = wn_gauss_distribution_fit(1e9, 7, 2);
    ck_assert_double_eq_tol(far.mean, 7, 1e-9);
    ck_assert_double_eq_tol(far.sigma, 2, 1e-9);
}
END_TEST

UNIT_MAIN(upper_quantiles, lower_quantiles, quantiles_of_wide_laws, quantiles_at_the_ends,
          quantiles_of_any_sigma, quantiles_far_out, lower_quantiles_are_low, one_part, mixtures,
          low_limits, large_counts, impossible_targets, gaussians, gaussian_without_spread)
