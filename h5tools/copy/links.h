/* Copying soft and external links as links. */
#ifndef H5WINNOW_COPY_LINKS_H
#define H5WINNOW_COPY_LINKS_H

#include "copy/state.h"

/* Copies a soft link unchanged, even a broken one. In files reached by external links, absolute
 * paths are translated to paths of the output; if the target is not in the output, the link is left
 * out. `size`: bytes of the link's value. */
void soft_link_copy(struct copy_state *c, const struct link *link, size_t size);

/* Copies an external link unchanged. */
void external_link_copy(struct copy_state *c, const struct link *link, size_t size);

/* Reports that an external link cannot be followed; to be called right after HDF5 has failed. */
void external_link_failed(struct copy_state *c, const struct link *link, size_t size);

#endif
