/*
 * output/atomic_hdf5.h - files that appear only when they are complete.
 *
 * A file is written as NAME.partial beside its final name, and renamed at the end. Whatever happens
 * before that leaves no file of the final name, and the one that was there untouched.
 */
#ifndef H5WINNOW_OUTPUT_ATOMIC_HDF5_H
#define H5WINNOW_OUTPUT_ATOMIC_HDF5_H

#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/outcome.h"

struct atomic_hdf5 {
    char *name, *partial;
    bool force;
    hid_t file; /* the partial one, open for writing; -1: it is not open */
};

/* Checks that `name` can be written, with `bytes` free at least, and that nothing else writes the
 * partial file, which is there then and not open: for files that are not of HDF5 (see
 * output/atomic_file.h). WRONG_USAGE: it is there already and force is not set, or it is one of the
 * inputs. IO_FAILURE: no space, no permission. */
enum outcome atomic_hdf5_prepare(const char *name, const char *const *inputs, size_t input_count,
                                 bool force, uint64_t bytes, struct atomic_hdf5 *output);

/* The same, and creates the partial file, with the properties of the file `like` if it is to become
 * a copy of that; otherwise like is -1. */
enum outcome atomic_hdf5_create(const char *name, const char *const *inputs, size_t input_count,
                                bool force, uint64_t bytes, hid_t like, struct atomic_hdf5 *output);

/* Flushes and closes the partial file. */
enum outcome atomic_hdf5_close(struct atomic_hdf5 *output);

/* Gives it its final name, if `outcome` is DONE or FINDING, else removes it. Frees the struct and
 * returns the worse outcome. */
enum outcome atomic_hdf5_finish(struct atomic_hdf5 *output, enum outcome outcome);

/* Complains that `what` is wrong with a group or dataset of an output, with HDF5's reason: to be
 * called before any other call of HDF5. */
void atomic_hdf5_complain(hid_t object, const char *what);

/* Creates a folder, and those above it; or the folder that a file is to be in. */
enum outcome create_folder(const char *name);
enum outcome create_parent_folder(const char *file);

#endif
