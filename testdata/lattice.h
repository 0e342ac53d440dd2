/* A rotating crystal and its Bragg peaks. */
#ifndef TESTDATA_LATTICE_H
#define TESTDATA_LATTICE_H

#include <stdbool.h>

#include "experiment.h"
#include "peaks.h"

struct lattice;

/* NULL: no memory. The experiment must outlive the lattice. */
struct lattice *lattice_new(const struct experiment *e);
void lattice_free(struct lattice *lattice);

/* Adds the peaks of a frame to the list. False: no memory. */
bool lattice_peaks(const struct lattice *lattice, size_t frame, struct peak_list *list);

/* The physics in words, with this experiment's numbers; writes at most size bytes. */
void lattice_describe(const struct experiment *e, char *text, size_t size);

#endif
