/* Where HDF5 looks for plugins, and what lies there. */
#define _GNU_SOURCE
#include <errno.h>
#include <hdf5.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/advice.h"
#include "doctor/doctor.h"
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

/* What to do where no folder has the plugin. */
static void advise_installed(struct findings *diagnosis, const struct doctor_environment *around)
{
    if (advice(diagnosis, around, WN_FILTER_ID))
        return;
    findings_advise(diagnosis,
                    "install winnow (cmake --install BUILD_FOLDER), or find its " PLUGIN_FILE);
    findings_advise(diagnosis, "then: export HDF5_PLUGIN_PATH=FOLDER_OF_THAT_FILE");
}

static void diagnose_path(struct findings *diagnosis, const struct doctor_environment *around)
{
    static const char subject[] = "plugin path";
    const struct plugin_search *search = &around->search;
    const bool found = plugin_search_first(search, WN_FILTER_ID) < search->count;
    const char *standard = search->count > 0 ? search->folders[0].path : "nowhere";
    if (!around->variable)
        findings_add(diagnosis, found ? FINE : WRONG, subject,
                     "HDF5_PLUGIN_PATH is not set, HDF5 looks into its default folder %s%s",
                     standard, found ? "" : ", where no usable winnow plugin is");
    else
        findings_add(diagnosis, found ? FINE : WRONG, subject, "HDF5_PLUGIN_PATH=%s%s",
                     around->variable, found ? "" : ", where no usable winnow plugin is");
    if (!found)
        advise_installed(diagnosis, around);
}

static void diagnose_permission(struct findings *diagnosis)
{
    unsigned state = 0;
    if (H5PLget_loading_state(&state) < 0 || (state & H5PL_FILTER_PLUGIN) != 0)
        return;
    findings_add(diagnosis, WRONG, "plugin loading", "HDF5 is forbidden to load plugins");
    findings_advise(diagnosis, "unset HDF5_PLUGIN_PRELOAD");
}

/* A folder that cannot be opened. It does harm if the plugin lies behind it, or nowhere. */
static void diagnose_closed(struct findings *diagnosis, const struct plugin_folder *folder,
                            bool harmful)
{
    findings_add(diagnosis, harmful ? WRONG : NOTE, "folder",
                 "%s cannot be opened: %s; HDF5 1.10 ends its search here", folder->path,
                 strerror(folder->error));
    if (folder->error == EACCES)
        findings_advise(diagnosis, "ask its owner to let you read it: chmod a+rx %s", folder->path);
    else
        findings_advise(diagnosis, "correct HDF5_PLUGIN_PATH, or take this folder out of it");
}

static void diagnose_file(struct findings *diagnosis, const struct plugin_library *library)
{
    const char *package = plugin_library_package(library->problem);
    const char *name = strrchr(library->path, '/') + 1;
    findings_add(diagnosis, WRONG, "file", "%s: %s", library->path, library->problem);
    if (package)
        findings_advise(diagnosis, "install the Debian package %s: apt-get install %s", package,
                        package);
    else if (strstr(name, "winnow"))
        findings_advise(diagnosis,
                        "install winnow again (cmake --install BUILD_FOLDER), and take away what "
                        "is broken");
    else
        findings_advise(diagnosis, "install the package again that it belongs to, or take it away");
}

/* A folder that is another one for a program that is started elsewhere. */
static void diagnose_relative(struct findings *diagnosis, const struct plugin_folder *folder)
{
    char absolute[PATH_MAX];
    findings_add(diagnosis, NOTE, "relative folder",
                 "%s is looked for in the folder that a program is started in", folder->path);
    if (realpath(folder->path, absolute))
        findings_advise(diagnosis, "write %s instead", absolute);
    else
        findings_advise(diagnosis, "write its whole path, beginning with a slash");
}

static void diagnose_open(struct findings *diagnosis, const struct plugin_folder *folder)
{
    const struct plugin_library *plugin = plugin_folder_plugin(folder, WN_FILTER_ID);
    if (folder->libraries > LIBRARIES_MAX) {
        findings_add(
            diagnosis, WRONG, "folder",
            "%s holds %zu libraries, and HDF5 opens one after the other: this is no plugin "
            "folder",
            folder->path, folder->libraries);
        findings_advise(diagnosis, "take this folder out of HDF5_PLUGIN_PATH");
    } else if (plugin) {
        findings_add(diagnosis, FINE, "folder", "%s holds %s, version %s", folder->path,
                     strrchr(plugin->path, '/') + 1, version_of(plugin));
    } else {
        findings_add(diagnosis, FINE, "folder", "%s holds no usable winnow plugin, libraries: %zu",
                     folder->path, folder->libraries);
    }
    for (size_t i = 0; i < folder->count; i++)
        if (folder->examined[i].problem[0] != '\0')
            diagnose_file(diagnosis, &folder->examined[i]);
}

static void diagnose_several(struct findings *diagnosis, const struct plugin_search *search)
{
    const size_t plugins = count_plugins(search);
    const size_t first = plugin_search_first(search, WN_FILTER_ID);
    if (plugins < 2)
        return;
    findings_add(diagnosis, NOTE, "several plugins",
                 "there are %zu winnow plugins, the first wins: %s", plugins,
                 plugin_folder_plugin(&search->folders[first], WN_FILTER_ID)->path);
    findings_advise(diagnosis, "keep only one");
}

void doctor_search_path(struct findings *diagnosis, const struct doctor_environment *around)
{
    const struct plugin_search *search = &around->search;
    const size_t first = plugin_search_first(search, WN_FILTER_ID);
    diagnose_permission(diagnosis);
    diagnose_path(diagnosis, around);
    for (size_t i = 0; i < search->count; i++) {
        const struct plugin_folder *folder = &search->folders[i];
        if (folder->error != 0)
            diagnose_closed(diagnosis, folder, around->variable && i <= first);
        else
            diagnose_open(diagnosis, folder);
        if (folder->path[0] != '/')
            diagnose_relative(diagnosis, folder);
    }
    diagnose_several(diagnosis, search);
}
