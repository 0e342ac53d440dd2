/* getopt_long() with a table of two options, made from the name of the switch. */
#include "verbs/simple_options.h"

#include <getopt.h>
#include <stdio.h>

#include "base/message.h"

enum { OPTION_FLAG = 1, OPTION_HELP };

bool simple_options_read(const struct simple_options *options, int argc, char **argv, bool *flag,
                         enum outcome *outcome)
{
    const struct option table[] = {
        {options->flag, no_argument, NULL, OPTION_FLAG},
        {"help", no_argument, NULL, OPTION_HELP},
        {NULL, 0, NULL, 0},
    };
    int option;
    *flag = false;
    *outcome = WRONG_USAGE;
    while ((option = getopt_long(argc, argv, "", table, NULL)) != -1) {
        if (option == OPTION_HELP) {
            fputs(options->usage, stdout);
            *outcome = DONE;
            return false;
        }
        if (option != OPTION_FLAG)
            return false;
        *flag = true;
    }
    if (argc - optind == options->arguments)
        return true;
    if (options->arguments == 0)
        complain("%s, but got '%s'", options->complaint, argv[optind]);
    else
        complain("%s", options->complaint);
    return false;
}
