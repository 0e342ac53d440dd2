/*
 * HDF5 files that are changed atomically: a virtual file driver on hdf5/page_overlay.h.
 */
#ifndef H5WINNOW_HDF5_OVERLAY_VFD_H
#define H5WINNOW_HDF5_OVERLAY_VFD_H

#include <hdf5.h>

#include "hdf5/page_overlay.h"

/* Opens the file of an overlay, for reading and writing; the overlay must outlive the file, and
 * is marked complete when it is closed. `name` is for HDF5's messages. Negative: HDF5 cannot open
 * it. */
hid_t overlay_vfd_open(const char *name, struct page_overlay *overlay);

/* The overlay of a file opened so. */
struct page_overlay *overlay_vfd_overlay(hid_t file);

#endif
