/* Expected counts of every pixel without Bragg peaks. */
#ifndef TESTDATA_BACKGROUND_H
#define TESTDATA_BACKGROUND_H

#include "experiment.h"

/* Height x width expected counts per frame; free() them. NULL: no memory. */
float *background_new(const struct experiment *e);

/* The formula in words, with this experiment's numbers; writes at most size bytes. */
void background_describe(const struct experiment *e, char *text, size_t size);

#endif
