/* Reads the environment at every call: values may change while the process runs.
 * A wrong value is reported and replaced by the default. */
#define _POSIX_C_SOURCE 200809L
#include "environment.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define THREADS_MAX 1024

/* The value of a variable, NULL if it is not set or empty. */
static const char *setting(const char *name)
{
    const char *value = getenv(name);
    return value && *value != '\0' ? value : NULL;
}

static void report_bad_value(const char *name, const char *value, const char *instead)
{
    if (environment_verbose())
        fprintf(stderr, "winnow: %s=%s makes no sense: %s\n", name, value, instead);
}

bool environment_verbose(void)
{
    const char *value = setting("WINNOW_VERBOSE");
    return value && strcmp(value, "0") != 0;
}

wn_noise environment_noise(void)
{
    const char *value = setting("WINNOW_NOISE");
    if (!value)
        return WN_NOISE_AS_STORED;
    if (strcmp(value, "0") == 0)
        return WN_NOISE_OFF;
    if (strcmp(value, "1") == 0)
        return WN_NOISE_ON;
    report_bad_value("WINNOW_NOISE", value, "set it to 0 or 1; using what the file says");
    return WN_NOISE_AS_STORED;
}

int environment_threads(void)
{
    const char *value = setting("WINNOW_THREADS");
    if (!value)
        return 1;
    char *end;
    errno = 0;
    const long threads = strtol(value, &end, 10);
    if (*end != '\0' || errno != 0 || threads < 1 || threads > THREADS_MAX) {
        report_bad_value("WINNOW_THREADS", value, "set it to 1 or more; using 1 thread");
        return 1;
    }
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return (int)(processors > 0 && threads > processors ? processors : threads);
}
