/* Copying the attributes of an object. */
#ifndef H5WINNOW_COPY_ATTRIBUTES_H
#define H5WINNOW_COPY_ATTRIBUTES_H

#include "copy/state.h"

/* Copies the attributes of `in` to `out`, the copied object of this index, in the order of their
 * creation if that is recorded. Existing attributes of `out` stay. Attributes that hold references
 * are created without a value, and the object is marked: references_translate() sets it at the end.
 */
void attributes_copy(struct copy_state *c, size_t index, hid_t in, hid_t out);

/* The value of an attribute. */
struct attribute_value {
    hid_t type;
    hid_t space;
    size_t count;   /* of elements */
    void *elements; /* of `type`; NULL if there are none */
};

/* Reads an attribute; the value must be freed in any case. False: HDF5 fails, or out of memory. */
bool attribute_read(hid_t attribute, struct attribute_value *value);

/* Writes the value to an attribute of the same type and space. */
bool attribute_write(hid_t attribute, const struct attribute_value *value);

void attribute_free(struct attribute_value *value);

#endif
