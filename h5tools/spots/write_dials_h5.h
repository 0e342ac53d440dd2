/*
 * Spots as a reflection table of DIALS in HDF5.
 *
 * DIALS 3.23 and newer read it; with shoeboxes, whose masks have one byte a pixel, 3.29 and newer.
 *
 * Columns and conventions are those of spots/dials_rows.h, in the group /dials/processing/group_0.
 */
#ifndef H5WINNOW_SPOTS_WRITE_DIALS_H5_H
#define H5WINNOW_SPOTS_WRITE_DIALS_H5_H

#include "spots/table.h"

/* Writes NAME, which appears when it is complete; with shoeboxes if the table keeps the pixels.
 * WRONG_USAGE: the file is there and `force` is not set, or it is the one that was searched;
 * BAD_INPUT: a box of pixels is out of the range of DIALS; IO_FAILURE. */
enum outcome spot_dials_write(const char *name, const struct spot_table *table, bool force);

#endif
