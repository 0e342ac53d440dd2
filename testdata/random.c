/* SplitMix64 seeded by purpose and indices; Poisson numbers by inversion for small means and by
 * transformed rejection (PTRS, Hoermann 1993) for large ones. */
#include "random.h"

#include <math.h>

#include "arithmetic.h"

#define HALF_LN_2PI       0x1.d67f1c864beb5p-1
#define STEP              0x9e3779b97f4a7c15u /* 2^64 / golden ratio, odd */
#define INVERSION_LIMIT   30.0
#define INVERSION_MAXIMUM 300u
#define EXACT_FACTORIAL   15 /* 15! < 2^53 */

/* SplitMix64 of Steele, Lea and Flood, OOPSLA 2014: a Weyl sequence and a mixing function. */
static uint64_t mix(uint64_t z)
{
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* 64 random bits. */
static uint64_t next(struct random_stream *stream)
{
    stream->state += STEP;
    return mix(stream->state);
}

/* Inversion: walks up the distribution function until it passes one uniform number. */
static uint32_t poisson_small(struct random_stream *stream, double mean)
{
    double left = random_uniform(stream), probability = fixed_exp(-mean);
    uint32_t k = 0;
    while (left > probability && k < INVERSION_MAXIMUM) {
        left -= probability;
        k++;
        probability *= mean / k;
    }
    return k;
}

/* ln k! for a whole number k; Stirling's series, to 1e-13 absolute plus rounding. */
static double log_factorial(double k)
{
    if (k <= EXACT_FACTORIAL) {
        double product = 1;
        for (double factor = 2; factor <= k; factor++)
            product *= factor;
        return fixed_log(product);
    }
    const double kk = k * k;
    const double tail = (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - 1.0 / 1680 / kk) / kk) / kk) / k;
    return (k + 0.5) * fixed_log(k) - k + HALF_LN_2PI + tail;
}

/* Transformed rejection, algorithm PTRS of Hoermann, Insurance: Math. Econ. 12 (1993) 39; exact for
 * mean >= 10. The constants are those of the paper. */
static uint32_t poisson_large(struct random_stream *stream, double mean)
{
    const double b = 0.931 + 2.53 * sqrt(mean), a = -0.059 + 0.02483 * b;
    const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
    const double squeeze = 0.9277 - 3.6224 / (b - 2);
    const double log_mean = fixed_log(mean);
    for (;;) {
        const double u = random_uniform(stream) - 0.5, v = random_uniform(stream);
        const double edge = 0.5 - fabs(u);
        const double k = floor((2 * a / edge + b) * u + mean + 0.43);
        if (edge >= 0.07 && v <= squeeze)
            return (uint32_t)k;
        if (k < 0 || (edge < 0.013 && v > edge))
            continue;
        const double hat = fixed_log(v * inverse_alpha / (a / (edge * edge) + b));
        if (hat <= k * log_mean - mean - log_factorial(k))
            return (uint32_t)k;
    }
}

struct random_stream random_start(uint64_t seed, enum random_purpose purpose, uint64_t first,
                                  uint64_t second)
{
    uint64_t state = mix(seed + STEP);
    state = mix(state + (uint64_t)purpose * STEP);
    state = mix(state + first * STEP);
    return (struct random_stream){mix(state + second * STEP)};
}

double random_uniform(struct random_stream *stream)
{
    return ((double)(next(stream) >> 12) + 0.5) * 0x1p-52;
}

uint64_t random_below(struct random_stream *stream, uint64_t count)
{
    return (uint64_t)(random_uniform(stream) * (double)count);
}

uint32_t random_poisson(struct random_stream *stream, double mean)
{
    return mean < INVERSION_LIMIT ? poisson_small(stream, mean) : poisson_large(stream, mean);
}
