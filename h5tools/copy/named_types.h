/*
 * Committed datatypes: copied once, and used by the copies of their users.
 *
 * A committed datatype is often met before its link, and some have no link at all. Until everything
 * is copied, each copy has a link in a temporary group of the output, `parked`.
 */
#ifndef H5WINNOW_COPY_NAMED_TYPES_H
#define H5WINNOW_COPY_NAMED_TYPES_H

#include "copy/state.h"

/* Copies a committed datatype that has not been copied yet. False: failed, and reported. */
bool named_type_copy(struct copy_state *c, const struct link *link, hid_t type, size_t source,
                     const object_token *token, size_t *index);

/* The datatype for a dataset or attribute of the output whose type in the input is `type`: the copy
 * of a committed datatype, else a transient copy. To be closed. `user` is for messages. Negative:
 * failed, and reported. */
hid_t named_type_in_output(struct copy_state *c, hid_t type, const struct link *user);

/* Removes the links in `parked`. */
void named_type_unpark(struct copy_state *c);

#endif
