/*
 * Spots as a reflection table of DIALS (.refl, msgpack version 1).
 *
 * Columns and conventions are those of spots/dials_rows.h. The experiment has no identifier, so
 * DIALS uses its number.
 */
#ifndef H5WINNOW_SPOTS_WRITE_REFL_H
#define H5WINNOW_SPOTS_WRITE_REFL_H

#include "spots/table.h"

/* Writes NAME, which appears when it is complete. Shoeboxes are written if the table keeps the
 * pixels; they hold the strong ones, as those that DIALS finds do. WRONG_USAGE: the file is there
 * and `force` is not set, or it is the one that was searched; BAD_INPUT: a column would have 2^32
 * bytes or more, which msgpack cannot hold, or a box is larger than DIALS can hold; IO_FAILURE. */
enum outcome spot_refl_write(const char *name, const struct spot_table *table, bool force);

#endif
