/*
 * spot_refl.h - spots as a reflection table of DIALS (.refl, msgpack version 1).
 *
 * DIALS counts pixels and frames from their edges: its coordinates are ours + 0.5, and z is that of
 * the dataset, whose first frame reaches from 0 to 1. The table belongs to one experiment, 0, whose
 * identifier is not known, and to panel 0.
 */
#ifndef H5WINNOW_SPOT_REFL_H
#define H5WINNOW_SPOT_REFL_H

#include "spot_table.h"

/* Writes NAME, which appears when it is complete. Shoeboxes are written if the table keeps the
 * pixels; they hold the strong ones, as those that DIALS finds do. WRONG_USAGE: the file is there
 * and `force` is not set, or it is the one that was searched; BAD_INPUT: a column would have 2^32
 * bytes or more, which msgpack cannot hold; IO_FAILURE. */
enum outcome spot_refl_write(const char *name, const struct spot_table *table, bool force);

#endif
