/* copy/links.h - copying links that are no hard ones, as links. */
#ifndef H5WINNOW_COPY_LINKS_H
#define H5WINNOW_COPY_LINKS_H

#include "copy/state.h"

/* Copies a soft link as it is, also if it leads nowhere. In a file that an external link has led
 * to, paths from the root are changed to what they are in the output; where nothing of the kind is
 * there, the link is left out. `size` is that of the link's value. */
void soft_link_copy(struct copy_state *c, const struct link *link, size_t size);

/* Copies an external link as it is. */
void external_link_copy(struct copy_state *c, const struct link *link, size_t size);

/* Complains that an external link cannot be followed. HDF5 has just failed to. */
void external_link_failed(struct copy_state *c, const struct link *link, size_t size);

#endif
