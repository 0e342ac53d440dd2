/* Checks the consistency of a table of spots. */
#ifndef H5WINNOW_SPOTS_TABLE_CHECK_H
#define H5WINNOW_SPOTS_TABLE_CHECK_H

#include "spots/table.h"

/* What is inconsistent in a table. NULL: frames and spots ascend, every spot is within the image
 * and on a searched frame, frames have as many spots as they say, and the pixels of spots exist. */
const char *spot_table_flaw(const struct spot_table *table);

#endif
