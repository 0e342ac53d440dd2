/* hdf5/virtual_parts.h - whether the parts that a virtual dataset is made of are there. */
#ifndef H5WINNOW_HDF5_VIRTUAL_PARTS_H
#define H5WINNOW_HDF5_VIRTUAL_PARTS_H

#include <hdf5.h>

#include "base/outcome.h"

/* HDF5 reads the fill value where a part is missing, and says nothing. DONE for all other datasets;
 * BAD_INPUT, with a message that names the first missing part, where one is. Parts that are named
 * by a pattern, whose number is not known, are taken as they are found. `file` and `path` are for
 * messages. */
enum outcome virtual_parts_check(hid_t dataset, const char *file, const char *path);

#endif
