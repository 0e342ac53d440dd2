/* output/atomic_file.h - files other than those of HDF5 that appear only when they are complete. */
#ifndef H5WINNOW_OUTPUT_ATOMIC_FILE_H
#define H5WINNOW_OUTPUT_ATOMIC_FILE_H

#include <stdio.h>

#include "output/atomic_hdf5.h"

struct atomic_file {
    struct atomic_hdf5 output;
    FILE *stream; /* failures to write need not be looked for: atomic_file_finish() does */
};

/* As atomic_hdf5_create(). `input` is the file that must not be replaced; NULL: there is none. */
enum outcome atomic_file_create(const char *name, const char *input, bool force, uint64_t bytes,
                                struct atomic_file *outfile);

/* Closes the file, and gives it its final name if `outcome` is DONE or FINDING and all was written,
 * else removes it. Returns the worse outcome. */
enum outcome atomic_file_finish(struct atomic_file *outfile, enum outcome outcome);

#endif
