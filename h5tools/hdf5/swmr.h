/* Files that are still being written (SWMR: single writer, multiple readers). */
#ifndef H5WINNOW_HDF5_SWMR_H
#define H5WINNOW_HDF5_SWMR_H

#include <hdf5.h>
#include <stdbool.h>

#include "base/outcome.h"

/* Opens a file for reading that another program may be writing; complete files open as well. */
enum outcome swmr_open(const char *path, hid_t *file);

/* Whether the file of an object is marked as open for writing. The mark stays if the writer was
 * killed. */
bool swmr_is_written(hid_t object);

#endif
