/*
 * tree.h - copying a file object by object.
 *
 * What the output holds is what the input holds: groups, datasets, committed datatypes and links
 * of all kinds, with their attributes, in the same order of creation where that is recorded.
 * Several links to one object lead to one object in the output. Data are copied as they are stored,
 * also where a filter's plugin is missing. References lead to the copies of what they led to.
 *
 * Not kept: comments and times of objects, user-defined links.
 */
#ifndef H5WINNOW_TREE_H
#define H5WINNOW_TREE_H

#include <hdf5.h>
#include <stdbool.h>

#include "verbs.h"

/* Asked for each dataset, once, however many links lead to it. `in` is open; `in_path` is how it
 * was reached from the root of the input (through external links too). To take it over, write a
 * dataset named `name` into the group `out`, and set *taken; its attributes are copied afterwards,
 * except those that it then has already. Otherwise the dataset is copied as it is: same type,
 * layout, filters and raw bytes. Anything worse than FINDING ends the copying. */
typedef enum outcome (*tree_dataset)(void *context, hid_t in, const char *in_path, hid_t out,
                                     const char *name, bool *taken);

struct tree_options {
    tree_dataset dataset; /* NULL: all datasets are copied as they are */
    void *context;        /* for `dataset` */
    const char *replaces; /* NULL, or the file whose place the output will take in the end: nothing
                             is copied out of that */
    bool keep_external;   /* external links stay links, as they are; otherwise what they lead to
                             becomes part of the output */
};

/* Creates the file that tree_copy() is to write; what was there is lost. Its root group has the
 * creation properties of the input's, which cannot be given to it later. Negative: HDF5 fails. */
hid_t tree_create(const char *path, hid_t in_file);

/* Copies everything. `in_name` is for messages. `out_file` has nothing in it, best as it comes from
 * tree_create(). The outcome is at least
 * - FINDING: something is different in the output, such as a reference that leads nowhere;
 * - BAD_INPUT: something is missing in the output: an external link cannot be followed, or HDF5
 *   cannot read an object; all else has been copied;
 * - IO_FAILURE: the output cannot be written, or memory is lacking; the copying has ended there. */
enum outcome tree_copy(hid_t in_file, const char *in_name, hid_t out_file,
                       const struct tree_options *options);

#endif
