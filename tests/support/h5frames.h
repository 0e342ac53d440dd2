/* Reading datasets for tests and benchmarks. */
#ifndef TEST_SUPPORT_H5FRAMES_H
#define TEST_SUPPORT_H5FRAMES_H

#include <stddef.h>

#include "winnow.h"

/* A dataset in memory, in native byte order. Ranks below 3 have leading dimensions of 1. */
struct h5frames {
    wn_array array;
    void *data;
};

/* Read a dataset of integers or floats of up to three dimensions; exits with a message if that is
 * not possible. */
struct h5frames h5frames_read(const char *file, const char *dataset);

void h5frames_free(struct h5frames *frames);

/* Whether a file is there. */
int file_exists(const char *path);

#endif
