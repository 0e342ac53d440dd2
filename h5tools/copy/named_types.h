/*
 * copy/named_types.h - committed datatypes: copied once, and used by what used them in the input.
 *
 * A committed datatype is often met before the link that leads to it, and some have no link at all.
 * Until all is copied, each of them has a link in a group of its own in the output, `parked`.
 */
#ifndef H5WINNOW_COPY_NAMED_TYPES_H
#define H5WINNOW_COPY_NAMED_TYPES_H

#include "copy/state.h"

/* Copies the committed datatype `type`, which has not been copied. False: it fails, and that has
 * been said. */
bool named_type_copy(struct copy_state *c, const struct link *link, hid_t type, size_t source,
                     const object_token *token, size_t *index);

/* The datatype to create a dataset or an attribute of the output with, where its type is `type` in
 * the input: the copy if that is committed, else the same type again. To be closed. `user` is for
 * messages. Negative: it fails, and that has been said. */
hid_t named_type_in_output(struct copy_state *c, hid_t type, const struct link *user);

/* Removes the links in `parked`. */
void named_type_unpark(struct copy_state *c);

#endif
