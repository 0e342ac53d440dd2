/* hdf5/swmr.h - files that are still being written (SWMR). */
#ifndef H5WINNOW_HDF5_SWMR_H
#define H5WINNOW_HDF5_SWMR_H

#include <hdf5.h>
#include <stdbool.h>

#include "base/outcome.h"

/* Opens a file for reading while another program writes it; one that is complete is opened as
 * well. */
enum outcome swmr_open(const char *path, hid_t *file);

/* Whether a program has the file of an object open for writing, as the file itself says. A program
 * that was killed leaves it saying so. */
bool swmr_is_written(hid_t object);

#endif
