/* The table of the Gaussian against libm. */
#include <math.h>

#include "stats/gauss_quantiles.h"
#include "support/unit.h"

static double phi(double z)
{
    return exp(-0.5 * z * z) / sqrt(2 * acos(-1));
}

static double probability_below(double z)
{
    return 0.5 * erfc(-z / sqrt(2));
}

/* The value that a Gaussian is below with probability p, by bisection. */
static double quantile(double p)
{
    double low = -40, high = 40;
    for (int i = 0; i < 200; i++) {
        const double middle = 0.5 * (low + high);
        if (probability_below(middle) < p)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}

START_TEST(values)
{
    double q[GAUSS_QUANTILES + 1];
    wn_gauss_quantiles_fill(q);
    for (int i = 1; i < GAUSS_QUANTILES; i++) {
        EXPECT(fabs(q[i] - quantile(i / (double)GAUSS_QUANTILES)) < 1e-8, "quantile %d: %.12g", i,
               q[i]);
        EXPECT(fabs(probability_below(q[i]) - i / (double)GAUSS_QUANTILES) < 1e-8, "quantile %d",
               i);
    }
    for (int i = 0; i <= GAUSS_QUANTILES; i++)
        EXPECT(q[i] == -q[GAUSS_QUANTILES - i], "quantile %d", i);
    for (int i = 0; i < GAUSS_QUANTILES; i++)
        EXPECT(q[i] < q[i + 1], "quantile %d", i);
}
END_TEST

/* The distribution is uniform between its quantiles: the variance is the mean of (a^2 + a b + b^2)
 * / 3. */
START_TEST(variance_is_1)
{
    double q[GAUSS_QUANTILES + 1], variance = 0, mean = 0;
    wn_gauss_quantiles_fill(q);
    for (int i = 0; i < GAUSS_QUANTILES; i++) {
        mean += 0.5 * (q[i] + q[i + 1]) / GAUSS_QUANTILES;
        variance += (q[i] * q[i] + q[i] * q[i + 1] + q[i + 1] * q[i + 1]) / 3 / GAUSS_QUANTILES;
    }
    EXPECT(fabs(mean) < 1e-12, "%g", mean);
    EXPECT(fabs(variance - 1) < 1e-8, "%.12g", variance);
}
END_TEST

START_TEST(between_the_quantiles)
{
    double q[GAUSS_QUANTILES + 1];
    wn_gauss_quantiles_fill(q);
    for (int k = 0; k <= 100 * GAUSS_QUANTILES; k++) {
        const double position = k / 100.0;
        const int i = k / 100;
        const double expected = i == GAUSS_QUANTILES
                                    ? q[i]
                                    : q[i] * (1 - k % 100 / 100.0) + q[i + 1] * (k % 100 / 100.0);
        EXPECT(fabs(gauss_quantile_at(q, position) - expected) < 1e-12, "position %g", position);
    }
}
END_TEST

START_TEST(position_is_the_inverse)
{
    double q[GAUSS_QUANTILES + 1];
    wn_gauss_quantiles_fill(q);
    for (int k = 0; k <= 100 * GAUSS_QUANTILES; k++) {
        const double position = k / 100.0;
        const double back = wn_gauss_quantile_position(q, gauss_quantile_at(q, position));
        EXPECT(fabs(back - position) < 1e-8, "position %g: %g", position, back);
    }
    for (double z = -3; z <= 3; z += 0.001)
        EXPECT(fabs(wn_gauss_quantile_position(q, z) / GAUSS_QUANTILES - probability_below(z)) <
                   1e-4,
               "z = %g", z);
    ck_assert_double_eq(wn_gauss_quantile_position(q, -INFINITY), 0);
    ck_assert_double_eq(wn_gauss_quantile_position(q, -100), 0);
    ck_assert_double_eq(wn_gauss_quantile_position(q, 100), GAUSS_QUANTILES);
    ck_assert_double_eq(wn_gauss_quantile_position(q, INFINITY), GAUSS_QUANTILES);
    ck_assert_double_eq(wn_gauss_quantile_position(q, NAN), 0);
}
END_TEST

/* The mean of the piecewise distribution, by summing its quantiles in small steps. */
static double summed_mean(const double *q, double below)
{
    const int steps = 200000;
    double sum = 0;
    for (int i = 0; i < steps; i++)
        sum += gauss_quantile_at(q, below * (i + 0.5) / steps);
    return sum / steps;
}

START_TEST(truncated_mean)
{
    double q[GAUSS_QUANTILES + 1];
    wn_gauss_quantiles_fill(q);
    const double below[] = {0.5, 1, 1.5, 7.25, 100, 511.9, 512, 700.3, 1023, 1023.5, 1024};
    for (size_t i = 0; i < sizeof below / sizeof below[0]; i++) {
        const double mean = wn_gauss_quantile_mean(q, below[i]);
        EXPECT(fabs(mean - summed_mean(q, below[i])) < 1e-6, "position %g: %.9g", below[i], mean);
    }
    EXPECT(fabs(wn_gauss_quantile_mean(q, GAUSS_QUANTILES)) < 1e-12, "%g",
           wn_gauss_quantile_mean(q, GAUSS_QUANTILES));
    ck_assert_double_eq(wn_gauss_quantile_mean(q, 0), q[0]);

    /* The Gaussian itself, truncated at z, has the mean -phi(z) / Phi(z). */
    for (double z = -2; z <= 3.5; z += 0.01) {
        const double mean = wn_gauss_quantile_mean(q, wn_gauss_quantile_position(q, z));
        EXPECT(fabs(mean + phi(z) / probability_below(z)) < 2e-3, "z = %g: %g", z, mean);
    }
}
END_TEST

START_TEST(truncated_sigma)
{
    double q[GAUSS_QUANTILES + 1];
    wn_gauss_quantiles_fill(q);
    const double below[] = {0.5, 1, 7.25, 100, 512, 700.3, 1023.5, 1024};
    for (size_t i = 0; i < sizeof below / sizeof below[0]; i++) {
        const int steps = 200000;
        const double mean = wn_gauss_quantile_mean(q, below[i]),
                     sigma = wn_gauss_quantile_sigma(q, below[i]);
        double sum = 0;
        for (int k = 0; k < steps; k++) {
            const double z = gauss_quantile_at(q, below[i] * (k + 0.5) / steps) - mean;
            sum += z * z;
        }
        EXPECT(fabs(sigma - sqrt(sum / steps)) < 1e-6, "position %g: %.9g", below[i], sigma);
    }
    EXPECT(fabs(wn_gauss_quantile_sigma(q, GAUSS_QUANTILES) - 1) < 1e-6, "%g",
           wn_gauss_quantile_sigma(q, GAUSS_QUANTILES));
    EXPECT(fabs(wn_gauss_quantile_sigma(q, GAUSS_QUANTILES / 2) - 0.6028) < 1e-3, "%g",
           wn_gauss_quantile_sigma(q, GAUSS_QUANTILES / 2)); /* sqrt(1 - 2 / pi) */
    ck_assert_double_eq(wn_gauss_quantile_sigma(q, 0), 0);
}
END_TEST

UNIT_MAIN(values, variance_is_1, between_the_quantiles, position_is_the_inverse, truncated_mean,
          truncated_sigma)
