/* Formats into a fixed buffer; longer messages are truncated. */
#include "report.h"

#include "environment.h"

#include <stdarg.h>
#include <stdio.h>

#define MESSAGE_SIZE 512

void report(const struct h5api *api, const char *callback, const char *format, ...)
{
    char message[MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (environment_verbose())
        report_to_stderr(message);
    h5api_push(api, callback, message);
}

void report_to_stderr(const char *message)
{
    fprintf(stderr, "winnow: %s\n", message);
}
