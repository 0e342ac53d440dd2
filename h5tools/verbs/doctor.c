/* h5winnow doctor: finds out why a program cannot read what winnow has compressed. */
#include <stdio.h>
#include <stdlib.h>

#include "base/json_write.h"
#include "base/message.h"
#include "doctor/doctor.h"
#include "doctor/plugin_folders.h"
#include "doctor/plugin_search.h"
#include "doctor/report.h"
#include "verbs/simple_options.h"
#include "verbs/verbs.h"

static const char USAGE[] =
    "usage: h5winnow doctor [--json]\n"
    "Finds out why a program cannot read files that winnow has compressed: examines the HDF5\n"
    "library, HDF5_PLUGIN_PATH and the folders in it, makes HDF5 load the plugin and compress a\n"
    "small dataset in memory, and examines the environment. Run it as the same user and with the\n"
    "same environment as the program. Below each problem it says what to do.\n"
    "\n"
    "  --json  print one JSON object, for programs\n"
    "  --help  print this\n"
    "\n"
    "Exit status: 0 if all is well, 1 if something is wrong.\n";

static const struct simple_options OPTIONS = {USAGE, "json", 0, "doctor takes no input"};

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
    bool wants_json;
    enum outcome outcome;
    if (!simple_options_read(&OPTIONS, argc, argv, &wants_json, &outcome))
        return outcome;
    return examine(wants_json ? &json : NULL);
}
