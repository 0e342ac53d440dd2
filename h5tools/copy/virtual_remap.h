/* Virtual datasets whose sources have become part of the output. */
#ifndef H5WINNOW_COPY_VIRTUAL_REMAP_H
#define H5WINNOW_COPY_VIRTUAL_REMAP_H

#include <hdf5.h>
#include <stdbool.h>

#include "base/outcome.h"
#include "input/image_datasets.h"

/* If all sources of a virtual dataset are images of the list, which the output has under the same
 * paths, creates the same virtual dataset over them as `name` in the group `out`, and sets *done.
 * Otherwise does nothing: its frames must be written. */
enum outcome virtual_remap(hid_t in, const struct image_list *images, hid_t out, const char *name,
                           bool *done);

#endif
