/* Copying the data of one dataset into another that was created like it. */
#ifndef H5WINNOW_COPY_RAW_DATA_H
#define H5WINNOW_COPY_RAW_DATA_H

#include <hdf5.h>

#include "hdf5/file.h"

/* Chunks are copied as stored, past all filters, unless the elements are of variable length: those
 * are kept in the global heap of a file, so they are read and written. Datasets that hold
 * references are left without data. BAD_INPUT: `in` cannot be read; IO_FAILURE: `out` cannot be
 * written; see `reason`. */
enum outcome raw_data_copy(hid_t in, hid_t out, char reason[REASON_SIZE]);

#endif
