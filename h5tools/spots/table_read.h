/* Reads tables of spots that spot_table_write() has written. */
#ifndef H5WINNOW_SPOTS_TABLE_READ_H
#define H5WINNOW_SPOTS_TABLE_READ_H

#include <hdf5.h>

#include "base/outcome.h"
#include "spots/table.h"

/*
 * Reads a table; whatever the outcome, spot_table_free() must be called.
 *
 *   file       open for reading
 *   file_name  for messages
 *   name       of a group of an entry ("spots") or a path ("/entry/spots"); NULL: the only table
 *              that the file has
 *
 * The table is consistent (spots/table_check.h). Placement quantities that the file has have a
 * `from` that is not NULL.
 *
 * BAD_INPUT: no such table, several where one is meant, a newer layout, or damage.
 * IO_FAILURE: no memory.
 */
enum outcome spot_table_read(hid_t file, const char *file_name, const char *name,
                             struct spot_table *table);

#endif
