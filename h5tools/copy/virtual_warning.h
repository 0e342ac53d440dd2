/* Warning about virtual datasets whose copies would lose their sources. */
#ifndef H5WINNOW_COPY_VIRTUAL_WARNING_H
#define H5WINNOW_COPY_VIRTUAL_WARNING_H

#include "copy/state.h"

/* Warns about a virtual dataset with these creation properties, of the file numbered `source`, if
 * its copy will not find its source files: relative names are resolved from the folder of the
 * output. */
void virtual_warning(struct copy_state *c, const struct link *link, hid_t properties,
                     size_t source);

#endif
