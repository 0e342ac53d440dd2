/*
 * Attributes are iterated with H5Aiterate2(), and read and written unconverted in their own
 * datatype.
 */
#include "copy/attributes.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "copy/named_types.h"

/* The object whose attributes are being copied. */
struct attribute_owner {
    struct copy_state *c;
    size_t index;
    hid_t out; /* its copy */
};

/* Counts the elements to read. False: the count is impossible. */
static bool count_elements(struct attribute_value *value)
{
    const hssize_t count = H5Sget_simple_extent_npoints(value->space);
    const size_t size = H5Tget_size(value->type);
    if (count < 0 || size == 0 || (uint64_t)count > SIZE_MAX / size)
        return false;
    value->count = (size_t)count;
    if (H5Sget_simple_extent_type(value->space) == H5S_NULL)
        value->count = 0;
    return true;
}

bool attribute_read(hid_t attribute, struct attribute_value *value)
{
    *value = (struct attribute_value){.type = memory_type_of(attribute),
                                      .space = H5Aget_space(attribute)};
    if (value->type < 0 || value->space < 0 || !count_elements(value))
        return false;
    if (value->count == 0)
        return true;
    value->elements = calloc(value->count, H5Tget_size(value->type));
    return value->elements && H5Aread(attribute, value->type, value->elements) >= 0;
}

bool attribute_write(hid_t attribute, const struct attribute_value *value)
{
    return value->count == 0 || H5Awrite(attribute, value->type, value->elements) >= 0;
}

void attribute_free(struct attribute_value *value)
{
    if (value->elements)
        H5Dvlen_reclaim(value->type, value->space, H5P_DEFAULT, value->elements);
    free(value->elements);
    if (value->type >= 0)
        H5Tclose(value->type);
    if (value->space >= 0)
        H5Sclose(value->space);
}

/* To be called right after HDF5 has failed. */
static void complain_failed(const struct attribute_owner *owner, const char *name)
{
    char what[512];
    const struct copied_object *of = object_table_at(owner->c->copied, owner->index);
    snprintf(what, sizeof what, "the attribute %.400s cannot be copied", name);
    copy_state_failed(owner->c, of->parent, of->name, what, "is the file damaged?");
}

/* Creates the copy of `in`, of this type. */
static void create(const struct attribute_owner *owner, const char *name, hid_t in, hid_t type)
{
    struct attribute_value value;
    hid_t out = -1;
    const hid_t properties = H5Aget_create_plist(in);
    if (!attribute_read(in, &value) ||
        (out = H5Acreate2(owner->out, name, type, value.space, properties, H5P_DEFAULT)) < 0)
        complain_failed(owner, name);
    else if (H5Tdetect_class(type, H5T_REFERENCE) > 0)
        object_table_at(owner->c->copied, owner->index)->references = true;
    else if (!attribute_write(out, &value))
        complain_failed(owner, name);
    if (out >= 0)
        H5Aclose(out);
    attribute_free(&value);
    H5Pclose(properties);
}

static herr_t copy_attribute(hid_t object, const char *name, const H5A_info_t *info, void *data)
{
    const struct attribute_owner *owner = data;
    const struct copied_object *of = object_table_at(owner->c->copied, owner->index);
    const struct link user = {.parent = of->parent, .name = of->name};
    hid_t in = -1, in_type = -1, type = -1;
    (void)info;
    if (H5Aexists(owner->out, name) > 0)
        return 0;
    if ((in = H5Aopen(object, name, H5P_DEFAULT)) < 0 || (in_type = H5Aget_type(in)) < 0)
        complain_failed(owner, name);
    else if ((type = named_type_in_output(owner->c, in_type, &user)) >= 0)
        create(owner, name, in, type);
    if (type >= 0)
        H5Tclose(type);
    if (in_type >= 0)
        H5Tclose(in_type);
    if (in >= 0)
        H5Aclose(in);
    return copy_state_may_continue(owner->c) ? 0 : 1;
}

/* Order of creation where that is recorded, else of names. */
static H5_index_t order_of(hid_t object)
{
    unsigned order = 0;
    hid_t properties;
    switch (H5Iget_type(object)) {
    case H5I_GROUP:
        properties = H5Gget_create_plist(object);
        break;
    case H5I_DATASET:
        properties = H5Dget_create_plist(object);
        break;
    default:
        properties = H5Tget_create_plist(object);
    }
    H5Pget_attr_creation_order(properties, &order);
    H5Pclose(properties);
    return (order & H5P_CRT_ORDER_TRACKED) != 0 ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME;
}

void attributes_copy(struct copy_state *c, size_t index, hid_t in, hid_t out)
{
    struct attribute_owner owner = {c, index, out};
    hsize_t at = 0;
    if (H5Aiterate2(in, order_of(in), H5_ITER_INC, &at, copy_attribute, &owner) >= 0)
        return;
    const struct copied_object *of = object_table_at(c->copied, index);
    copy_state_failed(c, of->parent, of->name, "its attributes cannot be listed",
                      "the output lacks them; is the file damaged?");
}
