/* Copying datasets as they are. */
#ifndef H5WINNOW_COPY_DATASETS_H
#define H5WINNOW_COPY_DATASETS_H

#include "copy/state.h"

/* Copies a dataset that is met for the first time, or lets the caller of tree_copy() do it. */
void dataset_copy(struct copy_state *c, const struct link *link, hid_t in, size_t source,
                  const object_token *token);

#endif
