/* Opening and creating HDF5 files, and the reason when HDF5 fails. */
#ifndef H5WINNOW_HDF5_FILE_H
#define H5WINNOW_HDF5_FILE_H

#include <hdf5.h>
#include <stddef.h>

#include "base/outcome.h"

#define REASON_SIZE 512

/* FILE or FILE::OBJECT, as on the command line. */
struct address {
    char *file;
    const char *object; /* "/" if it is not given; points into `file`, or static */
};

/* Splits an address. False: out of memory. */
bool address_read(const char *text, struct address *address);

/* The object, NULL if none was given. */
const char *address_object(const struct address *address);
void address_free(struct address *address);

/* Opens a file for reading; a failure is reported. */
enum outcome file_open(const char *path, hid_t *file);

/* Creation properties for a group like this one; `list_class` is H5P_GROUP_CREATE or
 * H5P_FILE_CREATE. The group's own list cannot be reused: it records where the links are in its own
 * file. Negative: HDF5 fails. */
hid_t group_properties_like(hid_t group, hid_t list_class);

/* Creates a file, or truncates it. Its root group gets the creation properties of that of
 * `in_file`, which cannot be set later. Negative: HDF5 fails. */
hid_t file_create_like(const char *path, hid_t in_file);

/* The description of the innermost error on HDF5's error stack. */
void hdf5_reason(char reason[REASON_SIZE]);

#endif
