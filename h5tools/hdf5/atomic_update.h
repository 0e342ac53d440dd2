/*
 * hdf5/atomic_update.h - opening a data file to which a table is to be added in place.
 */
#ifndef H5WINNOW_HDF5_ATOMIC_UPDATE_H
#define H5WINNOW_HDF5_ATOMIC_UPDATE_H

#include <hdf5.h>

#include "base/outcome.h"

/* Whether a file can be opened so, without touching it. IO_FAILURE as below. */
enum outcome atomic_update_check(const char *path);

/*
 * Opens a file for reading and writing. It must not be open in this process, nor in any other.
 * Until atomic_update_close() nothing changes that was in the file, whatever happens: see
 * hdf5/page_overlay.h.
 *
 * IO_FAILURE: no such file, no permission, another program has it open. BAD_INPUT: not HDF5. */
enum outcome atomic_update_open(const char *path, hid_t *file);

/* Closes the file: what was done to it happens now, all at once, or not at all. All its objects
 * must be closed. IO_FAILURE: disk full or the like. */
enum outcome atomic_update_close(hid_t file, const char *path);

#endif
