/* file.h - opening HDF5 files, and what HDF5 says when something fails. */
#ifndef H5WINNOW_FILE_H
#define H5WINNOW_FILE_H

#include <hdf5.h>
#include <stddef.h>

#include "verbs.h"

#define REASON_SIZE 512

/* FILE or FILE::OBJECT, as on the command line. */
struct address {
    char *file;
    const char *object; /* "/" if it is not given; part of `file`'s memory or static */
};

/* Takes an address apart. False: not enough memory. */
bool address_read(const char *text, struct address *address);

/* The object, NULL if none was given. */
const char *address_given(const struct address *address);
void address_free(struct address *address);

/* Opens a file for reading, or complains. */
enum outcome file_open(const char *path, hid_t *file);

/* What the innermost error on HDF5's stack says. */
void hdf5_reason(char reason[REASON_SIZE]);

#endif
