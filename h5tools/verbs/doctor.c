/* h5winnow doctor - why a program cannot read what winnow has compressed. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json_write.h"
#include "base/message.h"
#include "doctor/doctor.h"
#include "doctor/findings.h"
#include "doctor/plugin_folders.h"
#include "doctor/plugin_search.h"
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

static enum outcome diagnose_all(const struct doctor_environment *around, struct json *json)
{
    struct findings diagnosis;
    findings_begin(&diagnosis, json);
    doctor_program(&diagnosis);
    doctor_search_path(&diagnosis, around);
    doctor_plugin(&diagnosis, around);
    doctor_environment(&diagnosis);
    doctor_engines(&diagnosis);
    doctor_other_filters(&diagnosis, around);
    return worse(findings_end(&diagnosis), diagnosis.wrong > 0 ? FINDING : DONE);
}

static enum outcome examine(struct json *json)
{
    struct doctor_environment around = {.variable = getenv("HDF5_PLUGIN_PATH")};
    enum outcome outcome = IO_FAILURE;
    if (plugin_search_examine(&around.search) && plugin_folders_examine(&around.places))
        outcome = diagnose_all(&around, json);
    else
        complain_memory();
    plugin_search_free(&around.places);
    plugin_search_free(&around.search);
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
