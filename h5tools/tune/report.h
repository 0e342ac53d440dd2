/* tune/report.h - what h5winnow tune has found out about a file, and how it says so. */
#ifndef H5WINNOW_TUNE_REPORT_H
#define H5WINNOW_TUNE_REPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/json_write.h"
#include "tune/trial.h"

struct tune_report {
    const char *file;
    struct trials trials; /* of at least one frame */
    uint64_t total;       /* frames in the file */
    uint64_t absent;      /* frames that were to be tried, but were never written */
    double file_bytes;    /* what the frames take in the file */
    bool file_bytes_told; /* HDF5 tells for all of them */
};

/* A table with a line for every quality level, and which one is recommended. */
void tune_report_print(const struct tune_report *tuned, FILE *out);

/* The same as one object, and a new line. */
void tune_report_json(const struct tune_report *tuned, struct json *json);

#endif
