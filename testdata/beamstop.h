/* The beam stop: a disc on an arm that comes in from the left. */
#ifndef TESTDATA_BEAMSTOP_H
#define TESTDATA_BEAMSTOP_H

#include <stdbool.h>

#include "experiment.h"

/* Whether nothing reaches (x, y), so that its pixel is masked. */
bool beamstop_core(const struct experiment *e, double x, double y);

/* What the beam stop lets through at (x, y), 0 to 1. */
double beamstop_transmission(const struct experiment *e, double x, double y);

/* The formula of the transmission in words, with this experiment's lengths; writes at most size
 * bytes. */
void beamstop_describe(const struct experiment *e, char *text, size_t size);

#endif
