/* h5winnow doctor - why a program cannot read what winnow has compressed. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json_write.h"
#include "base/message.h"
#include "doctor/doctor.h"
#include "doctor/plugin_folders.h"
#include "doctor/plugin_search.h"
#include "doctor/report.h"
#include "verbs/verbs.h"

static const char USAGE[] =
    "usage: h5winnow doctor [--json]\n"
    "Finds out why a program cannot read files that winnow has compressed: looks at the HDF5\n"
    "library, at HDF5_PLUGIN_PATH and what lies in its folders, makes HDF5 load the plugin and\n"
    "compress a small dataset in memory, and looks at the environment. Run it in the shell, with "
    "the\n"
    "settings and as the user, that the program has. Below whatever is wrong it says what to do.\n"
    "\n"
    "  --json  print one JSON object, for programs\n"
    "  --help  print this\n"
    "\n"
    "Exit status: 0 if all is well, 1 if something is wrong.\n";

enum { OPTION_JSON = 1, OPTION_HELP };

static const struct option OPTIONS[] = {
    {"json", no_argument, NULL, OPTION_JSON},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

static enum outcome diagnose_all(const struct plugin_paths *paths, struct json *json)
{
    struct doctor_report report;
    doctor_report_begin(&report, json);
    doctor_program(&report);
    doctor_search_path(&report, paths);
    doctor_plugin(&report, paths);
    doctor_environment(&report);
    doctor_engines(&report);
    doctor_other_filters(&report, paths);
    return worse(doctor_report_end(&report), report.wrong > 0 ? FINDING : DONE);
}

static enum outcome examine(struct json *json)
{
    struct plugin_paths paths = {.variable = getenv("HDF5_PLUGIN_PATH")};
    enum outcome outcome = IO_FAILURE;
    if (plugin_search_examine(&paths.search) && plugin_folders_examine(&paths.likely))
        outcome = diagnose_all(&paths, json);
    else
        complain_memory();
    plugin_search_free(&paths.likely);
    plugin_search_free(&paths.search);
    return outcome;
}

enum outcome verb_doctor(int argc, char **argv)
{
    struct json json = {.depth = 0};
    bool wants_json = false;
    int option;
    while ((option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
        if (option == OPTION_HELP) {
            fputs(USAGE, stdout);
            return DONE;
        }
        if (option == '?')
            return WRONG_USAGE;
        wants_json = true;
    }
    if (optind < argc) {
        complain("doctor takes no input, but got '%s'", argv[optind]);
        return WRONG_USAGE;
    }
    return examine(wants_json ? &json : NULL);
}
