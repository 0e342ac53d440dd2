/*
 * The report of h5winnow doctor: a finding for each thing examined, and advice below it, as text or
 * JSON.
 */
#ifndef H5WINNOW_DOCTOR_REPORT_H
#define H5WINNOW_DOCTOR_REPORT_H

#include <stdbool.h>

#include "base/json_write.h"

enum finding_verdict {
    FINE,
    NOTE, /* no obstacle to winnow, but maybe to something else */
    WRONG,
};

struct doctor_report {
    struct json *json; /* NULL: print text */
    bool open;         /* in JSON: the object of the last finding is open for advice */
    unsigned wrong;    /* number of such findings */
};

void doctor_report_begin(struct doctor_report *report, struct json *json);

/* Adds a finding about `subject`. Control characters in the text are replaced. */
void doctor_report_add(struct doctor_report *report, enum finding_verdict verdict,
                       const char *subject, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Adds advice on the last finding. */
void doctor_report_advise(struct doctor_report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* IO_FAILURE, with a message: no memory for the JSON text. */
enum outcome doctor_report_end(struct doctor_report *report);

#endif
