/* outfile.h - files other than those of HDF5 that appear only when they are complete. */
#ifndef H5WINNOW_OUTFILE_H
#define H5WINNOW_OUTFILE_H

#include <stdio.h>

#include "output/atomic_hdf5.h"

struct outfile {
    struct output output;
    FILE *stream; /* failures to write need not be looked for: outfile_finish() does */
};

/* As output_create(). `input` is the file that must not be replaced; NULL: there is none. */
enum outcome outfile_create(const char *name, const char *input, bool force, uint64_t bytes,
                            struct outfile *outfile);

/* Closes the file, and gives it its final name if `outcome` is DONE or FINDING and all was written,
 * else removes it. Returns the worse outcome. */
enum outcome outfile_finish(struct outfile *outfile, enum outcome outcome);

#endif
