/*
 * spot_table_write.h - tables of spots in HDF5 files, in the classes of NeXus; SPOTS.md has the
 * layout.
 */
#ifndef H5WINNOW_SPOTS_TABLE_WRITE_H
#define H5WINNOW_SPOTS_TABLE_WRITE_H

#include <hdf5.h>
#include <stdbool.h>

#include "base/outcome.h"
#include "spots/table.h"

/* Whether the entry that spot_table_write() would take has a table of this name, or a part of one.
 */
bool spot_table_exists(hid_t file, const char *name);

/*
 * Writes a table into the entry of a file: the root's default entry, or the first NXentry, or
 * /entry. Spots, frames, settings and shoeboxes become groups of the entry: NAME, NAME_frames,
 * NAME_process, NAME_shoeboxes. In a file without an entry, one is made whose default plot shows
 * the frames; entries that are there keep their attributes.
 *
 *   file       open for writing: an output (output/atomic_hdf5.h), or a file of
 * atomic_update_open(), to which the table is added all at once when that is closed. If
 * spot_table_write() fails, the file has the table that it had. file_name  for messages name of the
 * table, usually "spots"; without a slash replace    a table of this name that is there already
 * goes when the new one is complete
 *
 * WRONG_USAGE: the file has such a table, and replace is not set. BAD_INPUT: the table contradicts
 * itself, or the file has no place for it. IO_FAILURE: disk full or the like. INTERRUPTED.
 */
enum outcome spot_table_write(hid_t file, const char *file_name, const char *name, bool replace,
                              const struct spot_table *table);

#endif
