/*
 * A splitmix64 generator (Steele, Lea, Flood, Fast splittable pseudorandom number generators,
 * OOPSLA 2014); Gaussians by Box and Muller (Annals of Mathematical Statistics 29 (1958) 610);
 * Poisson counts by Knuth's product of uniforms (The Art of Computer Programming 2, section 3.4.1),
 * O(mean) per draw, and by a rounded Gaussian for large means.
 */
#include "base/random.h"

#include <math.h>

/* Smallest mean for which a Poisson count is drawn as a rounded Gaussian. */
#define GAUSSIAN_MIN_MEAN 100

/* splitmix64. */
static uint64_t next_random_word(uint64_t *state)
{
    uint64_t word = *state += 0x9e3779b97f4a7c15;
    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9;
    word = (word ^ (word >> 27)) * 0x94d049bb133111eb;
    return word ^ (word >> 31);
}

double random_uniform(uint64_t *state)
{
    return ((double)(next_random_word(state) >> 12) + 0.5) * 0x1p-52;
}

static double random_gauss(uint64_t *state)
{
    const double radius = sqrt(-2 * log(random_uniform(state)));
    return radius * cos(6.283185307179586 * random_uniform(state));
}

double random_poisson(uint64_t *state, double mean)
{
    if (!(mean > 0))
        return 0;
    if (mean >= GAUSSIAN_MIN_MEAN)
        return fmax(round(mean + sqrt(mean) * random_gauss(state)), 0);
    const double end = exp(-mean);
    double count = 0;
    for (double product = random_uniform(state); product > end; count++)
        product *= random_uniform(state);
    return count;
}
