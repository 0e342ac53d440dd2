/*
 * HDF5 files that appear only when complete.
 *
 * A file is written as NAME.partial in the same folder and renamed at the end. Whatever happens
 * before, no incomplete file has the final name, and an existing file of that name stays untouched.
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
    hid_t file; /* the partial file, open for writing; -1: not open */
};

/* Checks that `name` can be written, that at least `bytes` are free, and that no other program
 * writes the partial file, which it creates but does not open: for files other than HDF5 (see
 * output/atomic_file.h). WRONG_USAGE: `name` exists and force is not set, or is one of the inputs.
 * IO_FAILURE: no space, no permission. */
enum outcome atomic_hdf5_prepare(const char *name, const char *const *inputs, size_t input_count,
                                 bool force, uint64_t bytes, struct atomic_hdf5 *output);

/* The same, and creates the partial HDF5 file, with the creation properties of the file `like`; -1:
 * with defaults. */
enum outcome atomic_hdf5_create(const char *name, const char *const *inputs, size_t input_count,
                                bool force, uint64_t bytes, hid_t like, struct atomic_hdf5 *output);

/* Flushes and closes the partial file. */
enum outcome atomic_hdf5_close(struct atomic_hdf5 *output);

/* Gives it its final name, if `outcome` is DONE or FINDING, else removes it. Frees the struct and
 * returns the worse outcome. */
enum outcome atomic_hdf5_finish(struct atomic_hdf5 *output, enum outcome outcome);

/* Reports a failure `what` on a group or dataset of an output, with HDF5's reason. To be called
 * before any other call of HDF5. */
void atomic_hdf5_complain(hid_t object, const char *what);

/* Creates a folder and its parents; or those of a file. */
enum outcome create_folder(const char *name);
enum outcome create_parent_folder(const char *file);

#endif
