/* HDF5_PLUGIN_PATH or the default folder, and what is in each folder of the search. */
#define _GNU_SOURCE
#include <errno.h>
#include <hdf5.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/doctor.h"
#include "doctor/plugin_path_advice.h"
#include "winnow.h"

static size_t count_plugins(const struct plugin_search *search)
{
    size_t plugins = 0;
    for (size_t i = 0; i < search->count; i++)
        for (size_t j = 0; j < search->folders[i].count; j++)
            plugins += search->folders[i].examined[j].filter == WN_FILTER_ID;
    return plugins;
}

static const char *version_of(const struct plugin_library *plugin)
{
    return plugin->version[0] != '\0' ? plugin->version : "not known";
}

/* Advice if no folder that HDF5 searches has the plugin. */
static void advise_installed(struct doctor_report *report, const struct plugin_paths *paths)
{
    if (advise_plugin_path(report, paths, WN_FILTER_ID))
        return;
    doctor_report_advise(report,
                         "install winnow (cmake --install BUILD_FOLDER), or find its " PLUGIN_FILE);
    doctor_report_advise(report, "then: export HDF5_PLUGIN_PATH=FOLDER_OF_THAT_FILE");
}

static void diagnose_path(struct doctor_report *report, const struct plugin_paths *paths)
{
    static const char subject[] = "plugin path";
    const struct plugin_search *search = &paths->search;
    const bool found = plugin_search_first(search, WN_FILTER_ID) < search->count;
    const char *standard = search->count > 0 ? search->folders[0].path : "nowhere";
    if (!paths->variable)
        doctor_report_add(report, found ? FINE : WRONG, subject,
                          "HDF5_PLUGIN_PATH is not set, HDF5 looks into its default folder %s%s",
                          standard, found ? "" : ", where no usable winnow plugin is");
    else
        doctor_report_add(report, found ? FINE : WRONG, subject, "HDF5_PLUGIN_PATH=%s%s",
                          paths->variable, found ? "" : ", where no usable winnow plugin is");
    if (!found)
        advise_installed(report, paths);
}

static void diagnose_permission(struct doctor_report *report)
{
    unsigned state = 0;
    if (H5PLget_loading_state(&state) < 0 || (state & H5PL_FILTER_PLUGIN) != 0)
        return;
    doctor_report_add(report, WRONG, "plugin loading", "HDF5 is forbidden to load plugins");
    doctor_report_advise(report, "unset HDF5_PLUGIN_PRELOAD");
}

/* A folder that cannot be opened: harmful if the plugin is in a later one, or in none. */
static void diagnose_closed(struct doctor_report *report, const struct plugin_folder *folder,
                            bool harmful)
{
    doctor_report_add(report, harmful ? WRONG : NOTE, "folder",
                      "%s cannot be opened: %s; HDF5 1.10 ends its search here", folder->path,
                      strerror(folder->error));
    if (folder->error == EACCES)
        doctor_report_advise(report, "ask its owner to let you read it: chmod a+rx %s",
                             folder->path);
    else
        doctor_report_advise(report, "correct HDF5_PLUGIN_PATH, or take this folder out of it");
}

static void diagnose_file(struct doctor_report *report, const struct plugin_library *library)
{
    const char *package = plugin_library_package(library->problem);
    const char *name = strrchr(library->path, '/') + 1;
    doctor_report_add(report, WRONG, "file", "%s: %s", library->path, library->problem);
    if (package)
        doctor_report_advise(report, "install the Debian package %s: apt-get install %s", package,
                             package);
    else if (strstr(name, "winnow"))
        doctor_report_advise(
            report, "install winnow again (cmake --install BUILD_FOLDER), and take away what "
                    "is broken");
    else
        doctor_report_advise(report,
                             "install the package again that it belongs to, or take it away");
}

/* A relative path: another folder for a program that is started elsewhere. */
static void diagnose_relative(struct doctor_report *report, const struct plugin_folder *folder)
{
    char absolute[PATH_MAX];
    doctor_report_add(report, NOTE, "relative folder",
                      "%s is looked for in the folder that a program is started in", folder->path);
    if (realpath(folder->path, absolute))
        doctor_report_advise(report, "write %s instead", absolute);
    else
        doctor_report_advise(report, "write its whole path, beginning with a slash");
}

static void diagnose_open(struct doctor_report *report, const struct plugin_folder *folder)
{
    const struct plugin_library *plugin = plugin_folder_plugin(folder, WN_FILTER_ID);
    if (folder->libraries > LIBRARIES_MAX) {
        doctor_report_add(
            report, WRONG, "folder",
            "%s holds %zu libraries, and HDF5 opens one after the other: this is no plugin "
            "folder",
            folder->path, folder->libraries);
        doctor_report_advise(report, "take this folder out of HDF5_PLUGIN_PATH");
    } else if (plugin) {
        doctor_report_add(report, FINE, "folder", "%s holds %s, version %s", folder->path,
                          strrchr(plugin->path, '/') + 1, version_of(plugin));
    } else {
        doctor_report_add(report, FINE, "folder",
                          "%s holds no usable winnow plugin, libraries: %zu", folder->path,
                          folder->libraries);
    }
    for (size_t i = 0; i < folder->count; i++)
        if (folder->examined[i].problem[0] != '\0')
            diagnose_file(report, &folder->examined[i]);
}

static void diagnose_several(struct doctor_report *report, const struct plugin_search *search)
{
    const size_t plugins = count_plugins(search);
    const size_t first = plugin_search_first(search, WN_FILTER_ID);
    if (plugins < 2)
        return;
    doctor_report_add(report, NOTE, "several plugins",
                      "there are %zu winnow plugins, the first wins: %s", plugins,
                      plugin_folder_plugin(&search->folders[first], WN_FILTER_ID)->path);
    doctor_report_advise(report, "keep only one");
}

void doctor_search_path(struct doctor_report *report, const struct plugin_paths *paths)
{
    const struct plugin_search *search = &paths->search;
    const size_t first = plugin_search_first(search, WN_FILTER_ID);
    diagnose_permission(report);
    diagnose_path(report, paths);
    for (size_t i = 0; i < search->count; i++) {
        const struct plugin_folder *folder = &search->folders[i];
        if (folder->error != 0)
            diagnose_closed(report, folder, paths->variable && i <= first);
        else
            diagnose_open(report, folder);
        if (folder->path[0] != '/')
            diagnose_relative(report, folder);
    }
    diagnose_several(report, search);
}
