/* Random streams keyed by purpose and indices, so that numbers do not depend on what was drawn
 * before. */
#ifndef TESTDATA_RANDOM_H
#define TESTDATA_RANDOM_H

#include <stdint.h>

/* What a stream of numbers is for. The values are part of the series: never renumber them. */
enum random_purpose {
    RANDOM_COUNTS = 1,
    RANDOM_INTENSITY = 2,
    RANDOM_WIDTH = 3,
    RANDOM_DEFECTS = 4
};

struct random_stream {
    uint64_t state;
};

/* The stream for one purpose and two numbers, e.g. frame and pixel. */
struct random_stream random_start(uint64_t seed, enum random_purpose purpose, uint64_t first,
                                  uint64_t second);

/* Uniform in the open interval (0, 1), a multiple of 2^-53. */
double random_uniform(struct random_stream *stream);

/* Uniform in 0 ... count - 1. */
uint64_t random_below(struct random_stream *stream, uint64_t count);

/* Poisson with the given mean, 0 <= mean < 1e9. */
uint32_t random_poisson(struct random_stream *stream, double mean);

#endif
