/*
 * Spots as SPOT.XDS: a line with x, y, z and intensity for each spot, not indexed.
 *
 * XDS counts the first pixel's centre as (1, 1), and the first frame from 0 to 1: x and y are ours
 * + 1, z is ours + 0.5. Frame 0 of the dataset is taken for image 1.
 */
#ifndef H5WINNOW_SPOTS_WRITE_XDS_H
#define H5WINNOW_SPOTS_WRITE_XDS_H

#include "spots/table.h"

/* Writes NAME, which appears when it is complete: the spots of highest intensity first, as XDS
 * itself does. XDS stops reading at an intensity below 1: a message says how many spots are left
 * out for that. WRONG_USAGE: the file is there and `force` is not set, or it is the one that was
 * searched; IO_FAILURE. */
enum outcome spot_xds_write(const char *name, const struct spot_table *table, bool force);

#endif
