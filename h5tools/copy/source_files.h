/*
 * copy/source_files.h - the files that objects are copied from: the input, and those that its
 * external links lead to.
 *
 * Files are told apart by what the system says, whatever name they were opened by. At most one of
 * them is kept open besides the input, so that thousands may be linked.
 */
#ifndef H5WINNOW_COPY_SOURCE_FILES_H
#define H5WINNOW_COPY_SOURCE_FILES_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

#define SOURCE_INPUT  0
#define SOURCE_OUTPUT 1 /* known only so that links into it are noticed */

struct source_files;

/* NULL: not enough memory, or the files cannot be told apart. */
struct source_files *source_files_new(hid_t in_file, hid_t out_file);
void source_files_free(struct source_files *sources);

/* The number of the file that an object is in; a new one if it is met for the first time. False:
 * not enough memory, or HDF5 fails. */
bool source_files_find(struct source_files *sources, hid_t object, size_t *number);

/* The file, open until another one is asked for; not to be closed. Negative: HDF5 fails. */
hid_t source_files_open(struct source_files *sources, size_t number);

/* Whether the file is the one of this name. */
bool source_files_is(const struct source_files *sources, size_t number, const char *name);

/* The name that the file was first opened by. */
const char *source_files_name(const struct source_files *sources, size_t number);

#endif
