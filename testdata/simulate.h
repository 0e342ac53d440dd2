/* The frames of the series, and the truth behind them. */
#ifndef TESTDATA_SIMULATE_H
#define TESTDATA_SIMULATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "defects.h"
#include "experiment.h"
#include "lattice.h"
#include "peaks.h"

struct simulation {
    struct experiment experiment;
    struct lattice *lattice;
    struct defects defects;
    float *background;      /* height x width expected counts without peaks */
    double *expected;       /* height x width, of the frame at hand */
    struct peak_list peaks; /* of all frames made so far */
};

/* NULL: no memory. */
struct simulation *simulation_new(const struct experiment *experiment);
void simulation_free(struct simulation *s);

/* Writes height x width counts and adds the frame's peaks to the list. Frames may be requested
 * in any order: their counts depend on nothing else. False: no memory. */
bool simulation_frame(struct simulation *s, size_t frame, uint32_t *counts);

/* How everything was made, in words; writes at most size bytes. */
void simulation_describe(const struct simulation *s, char *text, size_t size);

#endif
