/*
 * Opens each part where HDF5 would look for it (H5Pset_virtual_prefix): under HDF5_VDS_PREFIX, by
 * its name, and beside the file that the dataset is in. A part that is the same as the one before
 * is not opened again.
 */
#define _GNU_SOURCE
#include "hdf5/virtual_parts.h"

#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"

/* HDF5's name for the file that the dataset itself is in. */
#define SAME_FILE "."

/* A part of a virtual dataset: names as HDF5 has them. */
struct virtual_part {
    char *file, *dataset;
};

typedef ssize_t (*get_name)(hid_t properties, size_t part, char *name, size_t size);

static char *name_of(get_name get, hid_t properties, size_t part)
{
    const ssize_t length = get(properties, part, NULL, 0);
    char *name = length >= 0 ? malloc((size_t)length + 1) : NULL;
    if (name)
        get(properties, part, name, (size_t)length + 1);
    return name;
}

static void part_free(struct virtual_part *part)
{
    free(part->file);
    free(part->dataset);
}

static bool is_same_part(const struct virtual_part *one, const struct virtual_part *other)
{
    return other->file && strcmp(one->file, other->file) == 0 &&
           strcmp(one->dataset, other->dataset) == 0;
}

/* Whether a name is a printf-style pattern for numbered blocks. */
static bool is_pattern(const char *name)
{
    return strstr(name, "%b");
}

static bool is_in_file(const char *file_name, const char *dataset_name)
{
    const hid_t file = H5Fopen(file_name, H5F_ACC_RDONLY, H5P_DEFAULT);
    const hid_t dataset = file >= 0 ? H5Dopen2(file, dataset_name, H5P_DEFAULT) : -1;
    if (dataset >= 0)
        H5Dclose(dataset);
    if (file >= 0)
        H5Fclose(file);
    return dataset >= 0;
}

static bool is_in_folder(const char *folder, const struct virtual_part *part)
{
    char *name = NULL;
    const bool good =
        asprintf(&name, "%s/%s", folder, part->file) >= 0 && is_in_file(name, part->dataset);
    free(name);
    return good;
}

/* Whether the part is in the folder of this file, by its given or its real path. */
static bool is_beside(const char *own_name, const struct virtual_part *part)
{
    char *opened = strdup(own_name), *real = realpath(own_name, NULL);
    const bool good = (opened && is_in_folder(dirname(opened), part)) ||
                      (real && is_in_folder(dirname(real), part));
    free(opened);
    free(real);
    return good;
}

/* Searches where HDF5 does. */
static bool is_there(const char *own_name, const struct virtual_part *part)
{
    const char *prefix = getenv("HDF5_VDS_PREFIX");
    if (is_pattern(part->file) || is_pattern(part->dataset))
        return true;
    if (strcmp(part->file, SAME_FILE) == 0)
        return is_in_file(own_name, part->dataset);
    if (prefix && is_in_folder(prefix, part))
        return true;
    return is_in_file(part->file, part->dataset) ||
           (part->file[0] != '/' && is_beside(own_name, part));
}

static char *own_name_of(hid_t dataset)
{
    const ssize_t length = H5Fget_name(dataset, NULL, 0);
    char *name = length >= 0 ? malloc((size_t)length + 1) : NULL;
    if (name)
        H5Fget_name(dataset, name, (size_t)length + 1);
    return name;
}

/* Leaves the first missing part in *last. Consecutive mappings often have the same part. */
static bool all_there(hid_t properties, const char *own_name, struct virtual_part *last)
{
    size_t count = 0;
    bool good = own_name && H5Pget_virtual_count(properties, &count) >= 0;
    for (size_t i = 0; i < count && good; i++) {
        struct virtual_part part = {name_of(H5Pget_virtual_filename, properties, i),
                                    name_of(H5Pget_virtual_dsetname, properties, i)};
        good = part.file && part.dataset;
        const bool repeated = good && is_same_part(&part, last);
        part_free(last);
        *last = part;
        good = good && (repeated || is_there(own_name, last));
    }
    return good;
}

enum outcome virtual_parts_check(hid_t dataset, const char *file, const char *path)
{
    struct virtual_part last = {NULL, NULL};
    const hid_t properties = H5Dget_create_plist(dataset);
    enum outcome outcome = DONE;
    if (H5Pget_layout(properties) == H5D_VIRTUAL) {
        char *own_name = own_name_of(dataset);
        if (!all_there(properties, own_name, &last)) {
            complain("%s::%s: a virtual dataset, and a part of it is missing: %s::%s; put that "
                     "file where it was, or its frames are lost",
                     file, path, last.file ? last.file : "?", last.dataset ? last.dataset : "?");
            outcome = BAD_INPUT;
        }
        free(own_name);
    }
    part_free(&last);
    H5Pclose(properties);
    return outcome;
}
