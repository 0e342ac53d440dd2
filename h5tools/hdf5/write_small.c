/* Scalar datasets and attributes with default properties; texts as variable-length UTF-8. */
#include "hdf5/write_small.h"

#include "base/message.h"
#include "hdf5/file.h"

/* Variable-length UTF-8 strings, which h5py reads as str. Negative on failure. */
static hid_t text_type(void)
{
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    return type;
}

static bool write_attribute(hid_t object, const char *name, hid_t space, const char *const *text)
{
    const hid_t type = text_type();
    const hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    const bool good = attribute >= 0 && H5Awrite(attribute, type, text) >= 0;
    H5Aclose(attribute);
    H5Tclose(type);
    H5Sclose(space);
    return good;
}

static bool write_scalar(hid_t parent, const char *name, hid_t type, const void *value,
                         const char *units)
{
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t dataset =
        H5Dcreate2(parent, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    bool good = dataset >= 0 && H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) >= 0;
    if (good && units)
        good = h5_write_attribute(dataset, "units", units);
    H5Dclose(dataset);
    H5Sclose(space);
    return good;
}

enum outcome h5_complain_unwritable(const char *file)
{
    char reason[REASON_SIZE];
    hdf5_reason(reason);
    complain("%s: cannot be written (%s): is the disk full?", file, reason);
    return IO_FAILURE;
}

hid_t h5_create_group(hid_t parent, const char *name, const char *class)
{
    const hid_t group = H5Gcreate2(parent, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    if (group >= 0 && !h5_write_attribute(group, "NX_class", class)) {
        H5Gclose(group);
        return -1;
    }
    return group;
}

bool h5_write_attribute(hid_t object, const char *name, const char *text)
{
    return write_attribute(object, name, H5Screate(H5S_SCALAR), &text);
}

bool h5_write_attribute_list(hid_t object, const char *name, const char *const *text, size_t n)
{
    const hsize_t size = n;
    return write_attribute(object, name, H5Screate_simple(1, &size, NULL), text);
}

bool h5_write_text(hid_t parent, const char *name, const char *text)
{
    const hid_t type = text_type();
    const bool good = write_scalar(parent, name, type, &text, NULL);
    H5Tclose(type);
    return good;
}

bool h5_write_number(hid_t parent, const char *name, hid_t type, const void *number)
{
    return write_scalar(parent, name, type, number, NULL);
}

bool h5_write_quantity(hid_t parent, const char *name, double value, const char *units)
{
    return write_scalar(parent, name, H5T_NATIVE_DOUBLE, &value, units);
}
