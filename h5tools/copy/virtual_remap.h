/* copy/virtual_remap.h - virtual datasets over parts that have moved into the output. */
#ifndef H5WINNOW_COPY_VIRTUAL_REMAP_H
#define H5WINNOW_COPY_VIRTUAL_REMAP_H

#include <hdf5.h>
#include <stdbool.h>

#include "base/outcome.h"
#include "input/image_datasets.h"

/* If every part of a virtual dataset is one of the images, which become part of the output under
 * their paths, creates the same virtual dataset over them as `name` in a group of the output, and
 * sets *done. Otherwise nothing is done: its frames are to be written. */
enum outcome virtual_remap(hid_t in, const struct image_list *images, hid_t out, const char *name,
                           bool *done);

#endif
