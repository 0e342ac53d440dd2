/* Checking that the source files of a virtual dataset exist. */
#ifndef H5WINNOW_HDF5_VIRTUAL_PARTS_H
#define H5WINNOW_HDF5_VIRTUAL_PARTS_H

#include <hdf5.h>

#include "base/outcome.h"

/* Needed because HDF5 silently reads the fill value where a part is missing. DONE if no part is
 * missing, or the dataset is not virtual; BAD_INPUT, with a message that names the first missing
 * part. Parts named by a pattern are not checked: their number is not known. `file` and `path` are
 * for messages. */
enum outcome virtual_parts_check(hid_t dataset, const char *file, const char *path);

#endif
