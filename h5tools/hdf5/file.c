/*
 * Thin wrappers of HDF5 calls. A file is first opened with fopen(), whose errno tells more than
 * HDF5.
 */
#include "hdf5/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"

static herr_t innermost(unsigned n, const H5E_error2_t *error, void *reason)
{
    if (n == 0)
        snprintf(reason, REASON_SIZE, "%s", error->desc);
    return 0;
}

bool address_read(const char *text, struct address *address)
{
    address->object = "/";
    address->file = strdup(text);
    if (!address->file)
        return false;
    char *colons = strstr(address->file, "::");
    if (colons) {
        *colons = '\0';
        address->object = colons + 2;
    }
    return true;
}

const char *address_object(const struct address *address)
{
    return strcmp(address->object, "/") != 0 ? address->object : NULL;
}

void address_free(struct address *address)
{
    free(address->file);
}

enum outcome file_open(const char *path, hid_t *file)
{
    char reason[REASON_SIZE];
    FILE *probe = fopen(path, "rb");
    if (!probe) {
        complain("%s: cannot be opened: %s", path, strerror(errno));
        return IO_FAILURE;
    }
    fclose(probe);
    *file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (*file >= 0)
        return DONE;
    hdf5_reason(reason);
    complain("%s: HDF5 cannot read it (%s): is it an HDF5 file, complete, and not being written?",
             path, reason);
    return BAD_INPUT;
}

hid_t group_properties_like(hid_t group, hid_t list_class)
{
    unsigned one = 0, other = 0;
    const hid_t new = H5Pcreate(list_class), old = H5Gget_create_plist(group);
    const bool good =
        H5Pget_link_creation_order(old, &one) >= 0 && H5Pset_link_creation_order(new, one) >= 0 &&
        H5Pget_attr_creation_order(old, &one) >= 0 && H5Pset_attr_creation_order(new, one) >= 0 &&
        H5Pget_link_phase_change(old, &one, &other) >= 0 &&
        H5Pset_link_phase_change(new, one, other) >= 0 &&
        H5Pget_attr_phase_change(old, &one, &other) >= 0 &&
        H5Pset_attr_phase_change(new, one, other) >= 0 &&
        H5Pget_est_link_info(old, &one, &other) >= 0 && H5Pset_est_link_info(new, one, other) >= 0;
    H5Pclose(old);
    if (good)
        return new;
    H5Pclose(new);
    return -1;
}

hid_t file_create_like(const char *path, hid_t in_file)
{
    hid_t file = -1;
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    const hid_t root = H5Gopen2(in_file, "/", H5P_DEFAULT);
    const hid_t properties = root >= 0 ? group_properties_like(root, H5P_FILE_CREATE) : -1;
    /* Large attributes need at least the format of HDF5 1.8. */
    if (properties >= 0 && H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_LATEST) >= 0)
        file = H5Fcreate(path, H5F_ACC_TRUNC, properties, access);
    if (properties >= 0)
        H5Pclose(properties);
    if (root >= 0)
        H5Gclose(root);
    H5Pclose(access);
    return file;
}

void hdf5_reason(char reason[REASON_SIZE])
{
    snprintf(reason, REASON_SIZE, "HDF5 gives no reason");
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, innermost, reason);
    make_printable(reason);
}
