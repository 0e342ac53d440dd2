/* The command line of a verb that has --help and one further switch. */
#ifndef H5WINNOW_VERBS_SIMPLE_OPTIONS_H
#define H5WINNOW_VERBS_SIMPLE_OPTIONS_H

#include <stdbool.h>

#include "base/outcome.h"

struct simple_options {
    const char *usage;
    const char *flag;      /* name of the switch, without dashes */
    int arguments;         /* that are no options */
    const char *complaint; /* if there are more or fewer arguments */
};

/* Reads a command line; argv[optind] is then the first argument. False: the verb ends with
 * *outcome, since the usage was printed, or the command line makes no sense. */
bool simple_options_read(const struct simple_options *options, int argc, char **argv, bool *flag,
                         enum outcome *outcome);

#endif
