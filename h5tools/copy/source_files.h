/*
 * sources.h - the files that objects are copied from: the input, and those that its external links
 * lead to.
 *
 * Files are told apart by what the system says, whatever name they were opened by. At most one of
 * them is kept open besides the input, so that thousands may be linked.
 */
#ifndef H5WINNOW_SOURCES_H
#define H5WINNOW_SOURCES_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

#define SOURCE_INPUT  0
#define SOURCE_OUTPUT 1 /* known only so that links into it are noticed */

struct sources;

/* NULL: not enough memory, or the files cannot be told apart. */
struct sources *sources_new(hid_t in_file, hid_t out_file);
void sources_free(struct sources *sources);

/* The number of the file that an object is in; a new one if it is met for the first time. False:
 * not enough memory, or HDF5 fails. */
bool sources_find(struct sources *sources, hid_t object, size_t *number);

/* The file, open until another one is asked for; not to be closed. Negative: HDF5 fails. */
hid_t sources_open(struct sources *sources, size_t number);

/* Whether the file is the one of this name. */
bool sources_is(const struct sources *sources, size_t number, const char *name);

/* The name that the file was first opened by. */
const char *sources_name(const struct sources *sources, size_t number);

#endif
