/*
 * copy/tree_copy.h - copying a file object by object.
 *
 * What the output holds is what the input holds: groups, datasets, committed datatypes and links
 * of all kinds, with their attributes, in the same order of creation where that is recorded.
 * Several links to one object lead to one object in the output. Data are copied as they are stored,
 * also where a filter's plugin is missing. References lead to the copies of what they led to.
 *
 * Not kept: comments and times of objects, user-defined links.
 */
#ifndef H5WINNOW_COPY_TREE_COPY_H
#define H5WINNOW_COPY_TREE_COPY_H

#include <hdf5.h>

#include "base/outcome.h"
#include "copy/options.h"

/* Copies everything. `in_name` is for messages. `out_file` has nothing in it, best as it comes from
 * file_create_like(). The outcome is at least
 * - FINDING: something is different in the output, such as a reference that leads nowhere;
 * - BAD_INPUT: something is missing in the output: an external link cannot be followed, or HDF5
 *   cannot read an object; all else has been copied;
 * - IO_FAILURE: the output cannot be written, or memory is lacking; the copying has ended there. */
enum outcome tree_copy(hid_t in_file, const char *in_name, hid_t out_file,
                       const struct tree_options *options);

#endif
