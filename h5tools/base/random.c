#include "base/random.h"

#include <math.h>

/* From this mean on Poisson's law is drawn as a Gaussian. */
#define GAUSSIAN_FROM 100

/* splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators. OOPSLA'14). */
static uint64_t next_word(uint64_t *state)
{
    uint64_t word = *state += 0x9e3779b97f4a7c15;
    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9;
    word = (word ^ (word >> 27)) * 0x94d049bb133111eb;
    return word ^ (word >> 31);
}

double random_uniform(uint64_t *state)
{
    return ((double)(next_word(state) >> 12) + 0.5) * 0x1p-52;
}

/* Box and Muller. */
static double random_gauss(uint64_t *state)
{
    const double radius = sqrt(-2 * log(random_uniform(state)));
    return radius * cos(6.283185307179586 * random_uniform(state));
}

/* Counts until so many waiting times have passed (Knuth). */
double random_poisson(uint64_t *state, double mean)
{
    if (!(mean > 0))
        return 0;
    if (mean >= GAUSSIAN_FROM)
        return fmax(round(mean + sqrt(mean) * random_gauss(state)), 0);
    const double end = exp(-mean);
    double count = 0;
    for (double product = random_uniform(state); product > end; count++)
        product *= random_uniform(state);
    return count;
}
