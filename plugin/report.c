#include "report.h"

#include "environment.h"

#include <stdarg.h>
#include <stdio.h>

#define MESSAGE_SIZE 512

void report(const h5api *api, const char *callback, const char *format, ...)
{
    char message[MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (environment_verbose())
        report_aloud(message);
    h5api_push(api, callback, message);
}

void report_aloud(const char *message)
{
    fprintf(stderr, "winnow: %s\n", message);
}
