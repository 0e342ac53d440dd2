/* copy/raw_data.h - moving what one dataset holds into another one that was created like it. */
#ifndef H5WINNOW_COPY_RAW_DATA_H
#define H5WINNOW_COPY_RAW_DATA_H

#include <hdf5.h>

#include "hdf5/file.h"

/* Chunks are moved as they are stored, whatever filters they have passed, if their elements are all
 * there is; sequences and strings of any length, which are stored elsewhere, are read and written.
 * Datasets that hold references are left as they are, without data. BAD_INPUT: `in` cannot be read;
 * IO_FAILURE: `out` cannot be written; here is why. */
enum outcome raw_data_copy(hid_t in, hid_t out, char reason[REASON_SIZE]);

#endif
