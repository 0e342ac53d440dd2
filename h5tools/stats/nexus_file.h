/* Writes the quantities of all frames to a NeXus file that silx view and H5Web plot. */
#ifndef H5WINNOW_STATS_NEXUS_FILE_H
#define H5WINNOW_STATS_NEXUS_FILE_H

#include <hdf5.h>

#include "base/outcome.h"
#include "spots/table.h"
#include "stats/scan_grid.h"

/*
 * Writes into an empty file an entry with an NXdata for each quantity against the number of the
 * frame, and, unless `grid` is NULL, the map of `spots` over the grid (rows x columns).
 *
 *   file_name   for messages
 *   table_file  the file of the table
 *   map         [scan_grid_size()] spots; NaN: not measured
 */
enum outcome stats_nexus_write(hid_t file, const char *file_name, const char *table_file,
                               const struct spot_table *table, const struct scan_grid *grid,
                               const double *map);

#endif
