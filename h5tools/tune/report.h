/* tuned.h - what h5winnow tune has found out about a file, and how it says so. */
#ifndef H5WINNOW_TUNED_H
#define H5WINNOW_TUNED_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/json_write.h"
#include "tune/trial.h"

struct tuned {
    const char *file;
    struct trials trials; /* of at least one frame */
    uint64_t total;       /* frames in the file */
    uint64_t absent;      /* frames that were to be tried, but were never written */
    double file_bytes;    /* what the frames take in the file */
    bool file_bytes_told; /* HDF5 tells for all of them */
};

/* A table with a line for every quality level, and which one is recommended. */
void tuned_print(const struct tuned *tuned, FILE *out);

/* The same as one object, and a new line. */
void tuned_json(const struct tuned *tuned, struct json *json);

#endif
