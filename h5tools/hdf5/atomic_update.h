/*
 * Opening a data file to add a table to it in place.
 */
#ifndef H5WINNOW_HDF5_ATOMIC_UPDATE_H
#define H5WINNOW_HDF5_ATOMIC_UPDATE_H

#include <hdf5.h>

#include "base/outcome.h"

/* Checks that atomic_update_open() can open a file, without changing it. IO_FAILURE as below. */
enum outcome atomic_update_check(const char *path);

/*
 * Opens a file for reading and writing. No process, including this one, may have it open.
 * Existing contents do not change before atomic_update_close(), whatever happens: see
 * hdf5/page_overlay.h.
 *
 * IO_FAILURE: no such file, no permission, another program has it open. BAD_INPUT: not HDF5. */
enum outcome atomic_update_open(const char *path, hid_t *file);

/* Closes the file and commits all changes, or none. All its objects must be closed. IO_FAILURE:
 * disk full or the like. */
enum outcome atomic_update_close(hid_t file, const char *path);

#endif
