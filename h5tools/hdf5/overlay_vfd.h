/*
 * overlay_driver.h - HDF5 files that are changed all at once: a file driver for overlay.h.
 */
#ifndef H5WINNOW_OVERLAY_DRIVER_H
#define H5WINNOW_OVERLAY_DRIVER_H

#include <hdf5.h>

#include "hdf5/page_overlay.h"

/* Opens the file of an overlay, for reading and writing; the overlay must outlive it, and is
 * complete when it is closed. Negative: HDF5 cannot open it. The name is for HDF5's messages. */
hid_t overlay_open_file(const char *name, struct overlay *overlay);

/* The overlay of such a file. */
struct overlay *overlay_of_file(hid_t file);

#endif
