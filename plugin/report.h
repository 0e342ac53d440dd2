/* Error messages for the user. */
#ifndef H5ZWINNOW_REPORT_H
#define H5ZWINNOW_REPORT_H

#include "h5api.h"

/* Put a message on the error stack of the calling library and, with WINNOW_VERBOSE=1, on stderr,
 * since HDF5 1.14.5 and later drop what a filter puts on the stack. `callback`, a string literal,
 * is the name of the callback that has failed. */
void report(const struct h5api *api, const char *callback, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Print a message to stderr in any case: for a library whose error stack cannot be reached. */
void report_to_stderr(const char *message);

#endif
