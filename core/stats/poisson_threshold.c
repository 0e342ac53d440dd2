/* The mean at which n or more counts have a given probability: for n below 128 by Newton's method
 * on the sum of the Poisson tail, above by the cube-root approximation of Wilson & Hilferty (PNAS
 * 17 (1931) 684). Making the table costs 127 short iterations; a test costs one look-up. */
#include "stats/poisson_threshold.h"

#include <math.h>

/* The probability of `count` or more, over that of `count` itself. */
static double tail_ratio(double mean, int count)
{
    double term = 1, sum = 1;
    for (int k = count + 1; term > 1e-10 * sum; k++) {
        term *= mean / k;
        sum += term;
    }
    return sum;
}

/* The mean at which `count` or more have the probability exp(log_tail), by Newton's method for
 * log(probability) as a function of log(mean). That function is increasing and concave, so that the
 * iteration converges from below after its first step. */
static double mean_of_tail(int count, double log_factorial, double log_tail, double start)
{
    double log_mean = log(start), step = 1;
    for (int i = 0; i < 50 && fabs(step) > 1e-9; i++) {
        const double mean = exp(log_mean), ratio = tail_ratio(mean, count);
        const double log_p = count * log_mean - mean - log_factorial;
        step = (log_tail - log_p - log(ratio)) * ratio / count;
        log_mean += step;
    }
    return exp(log_mean);
}

/* The same for large counts: the cube root of a gamma variate is nearly Gaussian (Wilson &
 * Hilferty). */
static double mean_of_large(double count, double sigma)
{
    const double root = 1 - 1 / (9 * count) - sigma / (3 * sqrt(count));
    return root > 0 ? count * root * root * root : 0;
}

/* Smallest (threshold - mean)^2 / mean. The threshold n + 1/2 is nearest to the mean just below the
 * mean at which it rises to n + 3/2. */
static double lowest_factor(const struct poisson_threshold *c)
{
    double factor = c->sigma * c->sigma;
    for (int n = 0; n + 1 < POISSON_THRESHOLD_COUNTS; n++) {
        const double distance = fmax(n + 0.5 - c->mean[n + 1], 0);
        factor = fmin(factor, distance * distance / c->mean[n + 1]);
    }
    return factor;
}

void wn_poisson_threshold_make(double sigma, struct poisson_threshold *c)
{
    const double tail = 0.5 * erfc(sigma / sqrt(2));
    double log_factorial = 0;
    c->sigma = sigma;
    c->mean[0] = -1; /* below any mean: a count of 0 is never significant */
    for (int n = 1; n < POISSON_THRESHOLD_COUNTS; n++) {
        log_factorial += log(n);
        const double start = n == 1 ? tail : 2 * c->mean[n - 1] - fmax(c->mean[n - 2], 0);
        c->mean[n] = mean_of_tail(n, log_factorial, log(tail), start);
    }
    /* with a margin for comparisons in single precision */
    c->factor = (float)(0.98 * lowest_factor(c));
}

double wn_poisson_threshold_mean(const struct poisson_threshold *c, double count)
{
    return count < POISSON_THRESHOLD_COUNTS ? c->mean[(int)count] : mean_of_large(count, c->sigma);
}

bool wn_is_significant(const struct poisson_threshold *c, double count, double expected,
                       double dispersion)
{
    if (!(count > expected))
        return false;
    const double scaled = expected + (count - expected) / sqrt(dispersion); /* to dispersion 1 */
    return expected <= wn_poisson_threshold_mean(c, ceil(scaled - 0.5));
}
