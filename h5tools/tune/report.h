/* The result of h5winnow tune, and its output as text or JSON. */
#ifndef H5WINNOW_TUNE_REPORT_H
#define H5WINNOW_TUNE_REPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/json_write.h"
#include "tune/trial.h"

struct tune_report {
    const char *file;
    struct trials trials;  /* of at least one frame */
    uint64_t total;        /* frames in the file */
    uint64_t absent;       /* selected frames that were never written */
    double file_bytes;     /* size of the frames in the file */
    bool file_bytes_known; /* for all frames */
};

/* Prints a table with a line for each quality level, and the recommended ones. */
void tune_report_print(const struct tune_report *report, FILE *out);

/* The same as one JSON object. */
void tune_report_json(const struct tune_report *report, struct json *json);

#endif
