#include "spots/table_entry.h"

#include <stdlib.h>
#include <string.h>

#include "hdf5/read_small.h"

#define NAME_SIZE 256

bool spot_entry_has_class(hid_t group, const char *class)
{
    char *found = h5_read_attribute(group, "NX_class");
    const bool same = found && strcmp(found, class) == 0;
    free(found);
    return same;
}

hid_t spot_entry_group(hid_t parent, const char *name)
{
    H5L_info_t link;
    if (H5Lget_info(parent, name, &link, H5P_DEFAULT) < 0 || link.type != H5L_TYPE_HARD)
        return -1;
    return H5Gopen2(parent, name, H5P_DEFAULT);
}

/* Negative: it is no entry. */
static hid_t open_entry(hid_t file, const char *name)
{
    const hid_t group = spot_entry_group(file, name);
    if (group >= 0 && !spot_entry_has_class(group, "NXentry")) {
        H5Gclose(group);
        return -1;
    }
    return group;
}

static hid_t open_default(hid_t file)
{
    char *name = h5_read_attribute(file, "default");
    hid_t entry = -1;
    if (name) {
        const char *bare = name + (name[0] == '/');
        if (bare[0] != '\0' && !strchr(bare, '/'))
            entry = open_entry(file, bare);
    }
    free(name);
    return entry;
}

static hid_t open_first(hid_t file)
{
    H5G_info_t info;
    hid_t entry = -1;
    if (H5Gget_info(file, &info) < 0)
        return -1;
    for (hsize_t i = 0; i < info.nlinks && entry < 0; i++) {
        char name[NAME_SIZE];
        const ssize_t length = H5Lget_name_by_idx(file, ".", H5_INDEX_NAME, H5_ITER_INC, i, name,
                                                  sizeof name, H5P_DEFAULT);
        if (length > 0 && (size_t)length < sizeof name)
            entry = open_entry(file, name);
    }
    return entry;
}

hid_t spot_entry_open(hid_t file)
{
    hid_t entry = open_default(file);
    if (entry < 0)
        entry = open_first(file);
    if (entry < 0)
        entry = spot_entry_group(file, SPOT_NEW_ENTRY);
    return entry;
}
