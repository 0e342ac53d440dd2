/* Output of h5winnow info about a dataset, as text or JSON. */
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
    const char *stored_in;  /* the file that holds it; NULL: the one asked for */
    const char *unreadable; /* why the filter refuses to read it; NULL: it does not */
};

/* The source datasets of a virtual dataset. */
struct virtual_sources {
    size_t count;
    char first[1024]; /* FILE::DATASET, FILE is "." for the same file */
};

void report_text(const struct dataset_report *report, FILE *out);
void report_json(const struct dataset_report *report, struct json *json);

void report_virtual_text(const struct dataset_layout *stack, const struct virtual_sources *sources,
                         FILE *out);
void report_virtual_json(const struct dataset_layout *stack, const struct virtual_sources *sources,
                         struct json *json);

#endif
