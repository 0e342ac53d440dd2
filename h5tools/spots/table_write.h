/* Writes tables of spots to HDF5 files, in NeXus classes; SPOTS.md documents the layout. */
#ifndef H5WINNOW_SPOTS_TABLE_WRITE_H
#define H5WINNOW_SPOTS_TABLE_WRITE_H

#include <hdf5.h>
#include <stdbool.h>

#include "base/outcome.h"
#include "spots/table.h"

/* Whether the entry that spot_table_write() would use has a table of this name, or a part of one.
 */
bool spot_table_exists(hid_t file, const char *name);

/*
 * Writes a table into the entry of a file: the root's default entry, or the first NXentry, or
 * /entry. Spots, frames, settings and shoeboxes become the groups NAME, NAME_frames, NAME_process
 * and NAME_shoeboxes. A file without an entry gets one, whose default plot is that of the frames;
 * existing entries keep their attributes.
 *
 *   file       open for writing: an output of output/atomic_hdf5.h, or a file of
 *              atomic_update_open(), which gets the table when it is closed; if this function
 * fails, such a file keeps the table that it had file_name  for messages name       of the table,
 * usually "spots"; without a slash replace    replace a table of this name when the new one is
 * complete
 *
 * WRONG_USAGE: the file has such a table, and replace is not set. BAD_INPUT: the table contradicts
 * itself, or the file has no place for it. IO_FAILURE: disk full or the like. INTERRUPTED.
 */
enum outcome spot_table_write(hid_t file, const char *file_name, const char *name, bool replace,
                              const struct spot_table *table);

#endif
