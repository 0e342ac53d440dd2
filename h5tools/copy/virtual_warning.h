/* mosaic.h - virtual datasets, which show what other files hold. */
#ifndef H5WINNOW_MOSAIC_H
#define H5WINNOW_MOSAIC_H

#include "copy/state.h"

/* Complains about a virtual dataset with these creation properties, of the file of this number, if
 * its copy will not find the files it is made of: their names count from where the output is. */
void mosaic_complain(struct copying *c, const struct link *link, hid_t properties, size_t source);

#endif
