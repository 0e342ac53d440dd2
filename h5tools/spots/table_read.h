/*
 * spot_table_read.h - reading tables of spots that spot_table_write() has written.
 */
#ifndef H5WINNOW_SPOTS_TABLE_READ_H
#define H5WINNOW_SPOTS_TABLE_READ_H

#include <hdf5.h>

#include "base/outcome.h"
#include "spots/table.h"

/*
 * Reads a table; whatever the outcome, spot_table_free() is to be called.
 *
 *   file       open for reading
 *   file_name  for messages
 *   name       of a group of an entry ("spots") or a path ("/entry/spots"); NULL: the only table
 *              that the file has
 *
 * What is read agrees with itself: frames ascend, spots ascend by frame and lie within frames,
 * pixels belong to spots. Places whose `from` is not NULL are those that the file has.
 *
 * BAD_INPUT: no such table, several where one is meant, a newer layout, or one that is damaged.
 * IO_FAILURE: no memory.
 */
enum outcome spot_table_read(hid_t file, const char *file_name, const char *name,
                             struct spot_table *table);

#endif
