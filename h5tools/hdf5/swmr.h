/* live.h - files that are still being written (SWMR). */
#ifndef H5WINNOW_LIVE_H
#define H5WINNOW_LIVE_H

#include <hdf5.h>
#include <stdbool.h>

#include "base/outcome.h"

/* Opens a file for reading while another program writes it; one that is complete is opened as
 * well. */
enum outcome live_open(const char *path, hid_t *file);

/* Whether a program has the file of an object open for writing, as the file itself says. A program
 * that was killed leaves it saying so. */
bool live_is_written(hid_t object);

#endif
