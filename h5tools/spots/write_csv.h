/*
 * Spots as a text table: a header with names and units, a row for each spot.
 *
 * Pixel centres and the middles of frames are at integers. Numbers are read back exactly; unknown
 * ones are "nan".
 */
#ifndef H5WINNOW_SPOTS_WRITE_CSV_H
#define H5WINNOW_SPOTS_WRITE_CSV_H

#include "spots/table.h"

/* Writes NAME, which appears when it is complete, with commas or tabs between columns. WRONG_USAGE:
 * the file exists and `force` is not set, or it is the one that was searched; IO_FAILURE. */
enum outcome spot_csv_write(const char *name, const struct spot_table *table, bool force);
enum outcome spot_tsv_write(const char *name, const struct spot_table *table, bool force);

#endif
