/* copy/attributes.h - copying the attributes of an object. */
#ifndef H5WINNOW_COPY_ATTRIBUTES_H
#define H5WINNOW_COPY_ATTRIBUTES_H

#include "copy/state.h"

/* Copies the attributes of `in` to `out`, the copied object of this index, in the order of their
 * creation if that is recorded. Those that `out` has already stay. Attributes that hold references
 * are created without a value, which they get at last; the object is marked for that. */
void attributes_copy(struct copy_state *c, size_t index, hid_t in, hid_t out);

/* What an attribute holds. */
struct attribute_value {
    hid_t type;
    hid_t space;
    size_t count;   /* of elements */
    void *elements; /* of `type`; NULL if there are none */
};

/* Reads an attribute; the value is to be freed in any case. False: HDF5 fails, or memory is
 * lacking. */
bool attribute_read(hid_t attribute, struct attribute_value *value);

/* Writes the value to an attribute of the same type and space. */
bool attribute_write(hid_t attribute, const struct attribute_value *value);

void attribute_free(struct attribute_value *value);

#endif
