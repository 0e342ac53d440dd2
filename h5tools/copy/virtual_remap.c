/*
 * Rebuilds the list of mappings of the virtual dataset with "." as source file and the path of each
 * image in the output.
 */
#define _GNU_SOURCE
#include "copy/virtual_remap.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "hdf5/file.h"

#define NAME_SIZE 4096

/* Opens a source file, relative to the file of the virtual dataset; "." is that file itself. */
static hid_t open_beside(hid_t in, const char *name)
{
    char own[NAME_SIZE];
    char *path = NULL;
    if (H5Fget_name(in, own, sizeof own) < 0)
        return -1;
    if (strcmp(name, ".") == 0)
        return H5Fopen(own, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (name[0] == '/' || asprintf(&path, "%s/%s", dirname(own), name) < 0)
        return H5Fopen(name, H5F_ACC_RDONLY, H5P_DEFAULT);
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    free(path);
    return file;
}

/* Opens a source dataset. */
static hid_t open_part(hid_t in, hid_t properties, size_t part)
{
    char file_name[NAME_SIZE] = "", dataset_name[NAME_SIZE] = "";
    if (H5Pget_virtual_filename(properties, part, file_name, sizeof file_name) >= NAME_SIZE ||
        H5Pget_virtual_dsetname(properties, part, dataset_name, sizeof dataset_name) >= NAME_SIZE)
        return -1;
    const hid_t file = open_beside(in, file_name);
    const hid_t dataset = file >= 0 ? H5Dopen2(file, dataset_name, H5P_DEFAULT) : -1;
    if (file >= 0)
        H5Fclose(file);
    return dataset;
}

/* The mapped selection of a source. H5S_ALL is replaced by its extent, which the mapping does not
 * record. */
static hid_t space_of_part(hid_t properties, size_t part, hid_t dataset)
{
    const hid_t space = H5Pget_virtual_srcspace(properties, part);
    if (H5Sget_select_type(space) != H5S_SEL_ALL)
        return space;
    H5Sclose(space);
    return H5Dget_space(dataset);
}

static bool map_part(hid_t in, hid_t properties, size_t part, const struct image_list *images,
                     hid_t remapped)
{
    const hid_t dataset = open_part(in, properties, part);
    const char *path = dataset >= 0 ? image_list_path(images, dataset) : NULL;
    bool good = path;
    if (good) {
        const hid_t in_whole = H5Pget_virtual_vspace(properties, part);
        const hid_t in_part = space_of_part(properties, part, dataset);
        good = H5Pset_virtual(remapped, in_whole, ".", path, in_part) >= 0;
        H5Sclose(in_part);
        H5Sclose(in_whole);
    }
    if (dataset >= 0)
        H5Dclose(dataset);
    return good;
}

/* Maps all sources; false: not all of them are images of the output. */
static bool map_parts(hid_t in, hid_t properties, const struct image_list *images, hid_t remapped)
{
    size_t count = 0;
    bool good = H5Pget_virtual_count(properties, &count) >= 0 && count > 0;
    for (size_t i = 0; i < count && good; i++)
        good = map_part(in, properties, i, images, remapped);
    return good;
}

static void copy_fill_value(hid_t properties, hid_t type, hid_t remapped)
{
    uint8_t value[8] = {0};
    H5D_fill_value_t defined = H5D_FILL_VALUE_UNDEFINED;
    if (H5Tget_size(type) <= sizeof value && H5Pfill_value_defined(properties, &defined) >= 0 &&
        defined == H5D_FILL_VALUE_USER_DEFINED && H5Pget_fill_value(properties, type, value) >= 0)
        H5Pset_fill_value(remapped, type, value);
}

static enum outcome create(hid_t in, hid_t type, hid_t remapped, hid_t out, const char *name)
{
    char reason[REASON_SIZE];
    const hid_t space = H5Dget_space(in);
    const hid_t dataset = H5Dcreate2(out, name, type, space, H5P_DEFAULT, remapped, H5P_DEFAULT);
    H5Sclose(space);
    if (dataset >= 0) {
        H5Dclose(dataset);
        return DONE;
    }
    hdf5_reason(reason);
    complain("the virtual dataset '%s' cannot be created: %s", name, reason);
    return IO_FAILURE;
}

enum outcome virtual_remap(hid_t in, const struct image_list *images, hid_t out, const char *name,
                           bool *done)
{
    const hid_t properties = H5Dget_create_plist(in), remapped = H5Pcreate(H5P_DATASET_CREATE);
    const hid_t type = H5Dget_type(in);
    enum outcome outcome = DONE;
    *done = H5Pget_layout(properties) == H5D_VIRTUAL && map_parts(in, properties, images, remapped);
    if (*done) {
        copy_fill_value(properties, type, remapped);
        outcome = create(in, type, remapped, out, name);
    }
    H5Tclose(type);
    H5Pclose(remapped);
    H5Pclose(properties);
    return outcome;
}
