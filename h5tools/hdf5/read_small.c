/*
 * Strings of fixed and of variable length are read alike; sizes come from untrusted files and are
 * limited.
 */
#include "hdf5/read_small.h"

#include <stdlib.h>
#include <string.h>

/* ---- texts --------------------------------------------------------------------------------- */

/* An attribute or a dataset. */
struct text_holder {
    hid_t id;
    bool attribute;
};

static bool read_into(struct text_holder holder, hid_t type, void *data)
{
    return holder.attribute ? H5Aread(holder.id, type, data) >= 0
                            : H5Dread(holder.id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0;
}

static char *read_variable(struct text_holder holder, hid_t type)
{
    char *text = NULL, *copy = NULL;
    const hid_t memory = H5Tcopy(type);
    if (read_into(holder, memory, &text) && text) {
        copy = strdup(text);
        H5free_memory(text);
    }
    H5Tclose(memory);
    return copy;
}

static char *read_fixed(struct text_holder holder, hid_t type)
{
    const size_t size = H5Tget_size(type);
    char *text = size < H5_TEXT_MAX ? calloc(size + 1, 1) : NULL;
    if (text && !read_into(holder, type, text)) {
        free(text);
        text = NULL;
    }
    return text;
}

static char *read_text(struct text_holder holder, hid_t type, hid_t space)
{
    if (H5Tget_class(type) != H5T_STRING || H5Sget_simple_extent_npoints(space) != 1)
        return NULL;
    return H5Tis_variable_str(type) > 0 ? read_variable(holder, type) : read_fixed(holder, type);
}

char *h5_read_attribute(hid_t object, const char *name)
{
    const hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (attribute < 0)
        return NULL;
    const hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    char *text = read_text((struct text_holder){attribute, true}, type, space);
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    return text;
}

char *h5_read_text(hid_t parent, const char *path)
{
    const hid_t dataset = H5Dopen2(parent, path, H5P_DEFAULT);
    if (dataset < 0)
        return NULL;
    const hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
    char *text = read_text((struct text_holder){dataset, false}, type, space);
    H5Sclose(space);
    H5Tclose(type);
    H5Dclose(dataset);
    return text;
}

/* ---- numbers ------------------------------------------------------------------------------- */

static bool is_number(hid_t dataset)
{
    const hid_t type = H5Dget_type(dataset);
    const H5T_class_t class = H5Tget_class(type);
    H5Tclose(type);
    return class == H5T_INTEGER || class == H5T_FLOAT;
}

bool h5_read_number(hid_t parent, const char *path, double *number)
{
    const hid_t dataset = H5Dopen2(parent, path, H5P_DEFAULT);
    if (dataset < 0)
        return false;
    const hid_t space = H5Dget_space(dataset);
    const bool good =
        is_number(dataset) && H5Sget_simple_extent_npoints(space) == 1 &&
        H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, number) >= 0;
    H5Sclose(space);
    H5Dclose(dataset);
    return good;
}

hid_t h5_open_numbers(hid_t parent, const char *path, int rank, hsize_t *size)
{
    const hid_t dataset = H5Dopen2(parent, path, H5P_DEFAULT);
    if (dataset < 0)
        return -1;
    const hid_t space = H5Dget_space(dataset);
    const bool good = is_number(dataset) && H5Sget_simple_extent_ndims(space) == rank &&
                      H5Sget_simple_extent_dims(space, size, NULL) == rank;
    H5Sclose(space);
    if (good)
        return dataset;
    H5Dclose(dataset);
    return -1;
}

bool h5_read_rows(hid_t dataset, hid_t type, hsize_t first, hsize_t rows, void *data)
{
    hsize_t size[2] = {0, 0};
    const hid_t space = H5Dget_space(dataset);
    const int rank = H5Sget_simple_extent_dims(space, size, NULL);
    const hsize_t start[2] = {first, 0}, count[2] = {rows, size[1]};
    bool good = first <= size[0] && rows <= size[0] - first;
    if (good && rows > 0) {
        const hid_t memory = H5Screate_simple(rank, count, NULL);
        good = H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
               H5Dread(dataset, type, memory, space, H5P_DEFAULT, data) >= 0;
        H5Sclose(memory);
    }
    H5Sclose(space);
    return good;
}
