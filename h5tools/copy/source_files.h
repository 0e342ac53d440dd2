/*
 * The files that objects are copied from: the input and the targets of its external links.
 *
 * Files are identified by device and inode, whatever name they were opened by. At most one of them
 * is kept open besides the input, so that thousands may be linked.
 */
#ifndef H5WINNOW_COPY_SOURCE_FILES_H
#define H5WINNOW_COPY_SOURCE_FILES_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

#define SOURCE_INPUT  0
#define SOURCE_OUTPUT 1 /* listed only to detect links into it */

struct source_files;

/* NULL: out of memory, or a file cannot be identified. */
struct source_files *source_files_new(hid_t in_file, hid_t out_file);
void source_files_free(struct source_files *sources);

/* The number of the file of an object; new files are added. False: out of memory, or HDF5 fails. */
bool source_files_find(struct source_files *sources, hid_t object, size_t *number);

/* The open file, valid until another one is asked for; not to be closed. Negative: HDF5 fails. */
hid_t source_files_open(struct source_files *sources, size_t number);

/* Whether the file is the one called `name`. */
bool source_files_is(const struct source_files *sources, size_t number, const char *name);

/* The name by which the file was first opened. */
const char *source_files_name(const struct source_files *sources, size_t number);

#endif
