/* Files other than HDF5 that appear only when complete. */
#ifndef H5WINNOW_OUTPUT_ATOMIC_FILE_H
#define H5WINNOW_OUTPUT_ATOMIC_FILE_H

#include <stdio.h>

#include "output/atomic_hdf5.h"

struct atomic_file {
    struct atomic_hdf5 output;
    FILE *stream; /* write errors need not be checked: atomic_file_finish() does */
};

/* As atomic_hdf5_create(). `input`: a file that must not be replaced, or NULL. */
enum outcome atomic_file_create(const char *name, const char *input, bool force, uint64_t bytes,
                                struct atomic_file *outfile);

/* Closes the file, and gives it its final name if `outcome` is DONE or FINDING and all was written,
 * else removes it. Returns the worse outcome. */
enum outcome atomic_file_finish(struct atomic_file *outfile, enum outcome outcome);

#endif
