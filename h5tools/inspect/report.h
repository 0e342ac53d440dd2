/* inspect/report.h - what h5winnow info says about a dataset, for people and for programs. */
#ifndef H5WINNOW_INSPECT_REPORT_H
#define H5WINNOW_INSPECT_REPORT_H

#include <stdio.h>

#include "base/json_write.h"
#include "input/dataset_layout.h"
#include "inspect/chunk_survey.h"

/* A dataset that winnow has compressed. */
struct dataset_report {
    const struct dataset_layout *stack;
    const struct chunk_survey *survey;
    const char *stored_in;  /* file that it is in, if not the one that was asked for; or NULL */
    const char *unreadable; /* why the filter refuses to read it, or NULL */
};

/* Where a virtual dataset takes its elements from. */
struct virtual_sources {
    size_t count;
    char first[1024]; /* FILE::DATASET, FILE is "." for the same file */
};

void report_text(const struct dataset_report *finding, FILE *out);
void report_json(const struct dataset_report *finding, struct json *json);

void report_virtual_text(const struct dataset_layout *stack, const struct virtual_sources *sources,
                         FILE *out);
void report_virtual_json(const struct dataset_layout *stack, const struct virtual_sources *sources,
                         struct json *json);

#endif
