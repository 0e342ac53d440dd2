/* The environment variables that winnow and OpenMP read, and the resulting number of threads. */
#include <errno.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/doctor.h"

#define THREADS_MAX 1024 /* as in plugin/environment.c */

/* Reads a number of threads; *end is set to what follows it. */
static bool read_threads(const char *text, const char **end)
{
    char *stop;
    errno = 0;
    const long threads = strtol(text, &stop, 10);
    *end = stop;
    return stop != text && errno == 0 && threads >= 1 && threads <= THREADS_MAX;
}

static bool is_threads(const char *text)
{
    const char *end;
    return read_threads(text, &end) && *end == '\0';
}

/* One number for each nesting level, separated by commas. */
static bool is_thread_list(const char *text)
{
    const char *end = text;
    while (read_threads(text, &end) && *end == ',')
        text = end + 1;
    return end != text && *end == '\0';
}

static bool is_switch(const char *text)
{
    return strcmp(text, "0") == 0 || strcmp(text, "1") == 0;
}

static bool is_anything(const char *text)
{
    (void)text;
    return true;
}

static const struct variable {
    const char *name;
    bool (*is_valid)(const char *text);
    const char *unset, *meaning, *advice;
} VARIABLES[] = {
    {"WINNOW_NOISE", is_switch, "the background is restored as the writer of a file chose",
     "0: the background is restored as its mean; 1: with noise; whatever the writer chose",
     "set it to 0 or 1, or unset it"},
    {"WINNOW_THREADS", is_threads, "one thread restores a chunk",
     "so many threads restore a chunk: more only help a program that reads one chunk at a time",
     "set it to a number from 1 on, or unset it"},
    {"WINNOW_VERBOSE", is_anything, "the plugin says nothing on stderr",
     "unless it is 0, the plugin says on stderr why something failed", ""},
    {"OMP_NUM_THREADS", is_thread_list, "h5winnow uses all processors",
     "so many threads work in h5winnow", "set it to a number from 1 on, or unset it"},
};

static void diagnose_variable(struct doctor_report *report, const struct variable *variable)
{
    const char *value = getenv(variable->name);
    if (!value || value[0] == '\0') {
        doctor_report_add(report, FINE, variable->name, "not set: %s", variable->unset);
    } else if (variable->is_valid(value)) {
        doctor_report_add(report, FINE, variable->name, "%s (%s)", value, variable->meaning);
    } else {
        doctor_report_add(report, WRONG, variable->name,
                          "'%s' makes no sense and counts for nothing", value);
        doctor_report_advise(report, "%s", variable->advice);
    }
}

void doctor_environment(struct doctor_report *report)
{
    const int most = omp_get_max_threads(), limit = omp_get_thread_limit();
    for (size_t i = 0; i < sizeof VARIABLES / sizeof VARIABLES[0]; i++)
        diagnose_variable(report, &VARIABLES[i]);
    doctor_report_add(report, FINE, "processors", "%d; OpenMP would use %d threads",
                      omp_get_num_procs(), most < limit ? most : limit);
}
