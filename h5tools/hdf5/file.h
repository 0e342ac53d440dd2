/* hdf5/file.h - opening and creating HDF5 files, and what HDF5 says when something fails. */
#ifndef H5WINNOW_HDF5_FILE_H
#define H5WINNOW_HDF5_FILE_H

#include <hdf5.h>
#include <stddef.h>

#include "base/outcome.h"

#define REASON_SIZE 512

/* FILE or FILE::OBJECT, as on the command line. */
struct address {
    char *file;
    const char *object; /* "/" if it is not given; part of `file`'s memory or static */
};

/* Takes an address apart. False: not enough memory. */
bool address_read(const char *text, struct address *address);

/* The object, NULL if none was given. */
const char *address_object(const struct address *address);
void address_free(struct address *address);

/* Opens a file for reading, or complains. */
enum outcome file_open(const char *path, hid_t *file);

/* The properties to create a group like this one with, in a list of this class: H5P_GROUP_CREATE or
 * H5P_FILE_CREATE. The group's own list would not do: it says where the links are in its own file.
 * Negative: HDF5 fails. */
hid_t group_properties_like(hid_t group, hid_t list_class);

/* Creates a file whose root group has the creation properties of that of `in_file`, which cannot be
 * given to it later; what was there is lost. Negative: HDF5 fails. */
hid_t file_create_like(const char *path, hid_t in_file);

/* What the innermost error on HDF5's stack says. */
void hdf5_reason(char reason[REASON_SIZE]);

#endif
