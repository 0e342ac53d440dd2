/*
 * spots/table_check.h - whether a table of spots agrees with itself.
 */
#ifndef H5WINNOW_SPOTS_TABLE_CHECK_H
#define H5WINNOW_SPOTS_TABLE_CHECK_H

#include "spots/table.h"

/* What is wrong with a table; NULL: frames and spots ascend, every spot is on a frame that was
 * searched and within the image, frames have as many spots as they say, and shoeboxes are there. */
const char *spot_table_flaw(const struct spot_table *table);

#endif
