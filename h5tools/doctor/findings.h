/*
 * doctor/findings.h - what h5winnow doctor finds: one line for each thing that was looked at, and
 * below it what to do, as text or as JSON.
 */
#ifndef H5WINNOW_DOCTOR_FINDINGS_H
#define H5WINNOW_DOCTOR_FINDINGS_H

#include <stdbool.h>

#include "base/json_write.h"

enum finding_verdict {
    FINE,
    NOTE, /* winnow works, but something else may not */
    WRONG,
};

struct findings {
    struct json *json; /* NULL: text is wanted */
    bool open;         /* in JSON: the last finding may get more advice */
    unsigned wrong;    /* findings so far */
};

void findings_begin(struct findings *diagnosis, struct json *json);

/* One finding about `subject`. Control characters in the text are replaced. */
void findings_add(struct findings *diagnosis, enum finding_verdict verdict, const char *subject,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));

/* What to do about the last finding. */
void findings_advise(struct findings *diagnosis, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* IO_FAILURE, with a message: no memory for the JSON text. */
enum outcome findings_end(struct findings *diagnosis);

#endif
