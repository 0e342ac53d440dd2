/* Reproducible random numbers; any 64-bit state is a good seed. */
#ifndef H5WINNOW_BASE_RANDOM_H
#define H5WINNOW_BASE_RANDOM_H

#include <stdint.h>

/* 0 < u < 1. */
double random_uniform(uint64_t *state);

/* Counts with this mean, a finite number; 0 if it is not positive. */
double random_poisson(uint64_t *state, double mean);

#endif
