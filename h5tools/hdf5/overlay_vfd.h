/*
 * hdf5/overlay_vfd.h - HDF5 files that are changed all at once: a file driver for
 * hdf5/page_overlay.h.
 */
#ifndef H5WINNOW_HDF5_OVERLAY_VFD_H
#define H5WINNOW_HDF5_OVERLAY_VFD_H

#include <hdf5.h>

#include "hdf5/page_overlay.h"

/* Opens the file of an overlay, for reading and writing; the overlay must outlive it, and is
 * complete when it is closed. Negative: HDF5 cannot open it. The name is for HDF5's messages. */
hid_t overlay_vfd_open(const char *name, struct page_overlay *overlay);

/* The overlay of such a file. */
struct page_overlay *overlay_vfd_overlay(hid_t file);

#endif
