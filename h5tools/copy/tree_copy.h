/*
 * Copying a file object by object.
 *
 * The output gets the groups, datasets, committed datatypes and links of the input, with their
 * attributes, in the same order of creation where that is recorded. Several links to one object
 * stay links to one object. Data are copied as stored, even if a filter's plugin is missing.
 * References point to the copies of their targets.
 *
 * Not kept: comments and times of objects, user-defined links.
 */
#ifndef H5WINNOW_COPY_TREE_COPY_H
#define H5WINNOW_COPY_TREE_COPY_H

#include <hdf5.h>

#include "base/outcome.h"
#include "copy/options.h"

/* Copies everything. `in_name` is for messages. `out_file` must be empty, as file_create_like()
 * returns it. The outcome is at least
 * - FINDING: something is different in the output, such as a lost reference;
 * - BAD_INPUT: something is missing in the output: an external link cannot be followed, or HDF5
 *   cannot read an object; all else has been copied;
 * - IO_FAILURE: the output cannot be written, or memory is lacking; the copying has ended there. */
enum outcome tree_copy(hid_t in_file, const char *in_name, hid_t out_file,
                       const struct tree_options *options);

#endif
