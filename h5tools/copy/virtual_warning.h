/* copy/virtual_warning.h - virtual datasets, which show what other files hold. */
#ifndef H5WINNOW_COPY_VIRTUAL_WARNING_H
#define H5WINNOW_COPY_VIRTUAL_WARNING_H

#include "copy/state.h"

/* Complains about a virtual dataset with these creation properties, of the file of this number, if
 * its copy will not find the files it is made of: their names count from where the output is. */
void virtual_warning(struct copy_state *c, const struct link *link, hid_t properties,
                     size_t source);

#endif
