/* The advised list has a better winnow plugin first, if there is one, then the folders that HDF5
 * searches now, then folders with filters of other makers; each folder once. */
#include "doctor/plugin_path_advice.h"

#include <stdio.h>
#include <string.h>

#include "winnow.h"

#define LIST_SIZE 4096

/* Whether a list of folders, each with a colon after it, contains a folder. */
static bool contains(const char *list, const char *folder)
{
    const size_t length = strlen(folder);
    for (const char *at = list; *at != '\0'; at = strchr(at, ':') + 1)
        if (strncmp(at, folder, length) == 0 && at[length] == ':')
            return true;
    return false;
}

/* Appends a folder unless the list contains it or is full. */
static void append(char list[LIST_SIZE], const char *folder)
{
    const size_t length = strlen(list);
    if (!contains(list, folder) && length + strlen(folder) + 2 <= LIST_SIZE)
        snprintf(list + length, LIST_SIZE - length, "%s:", folder);
}

static const struct plugin_library *first_winnow(const struct plugin_search *search)
{
    const size_t first = plugin_search_first(search, WN_FILTER_ID);
    return first < search->count ? plugin_folder_plugin(&search->folders[first], WN_FILTER_ID)
                                 : NULL;
}

static bool is_ours(const struct plugin_library *plugin)
{
    return strcmp(plugin->version, wn_version()) == 0;
}

/* Appends the folder of a winnow plugin that is better than the one HDF5 finds: one of this
 * version, or any if HDF5 finds none. */
static void append_better(char list[LIST_SIZE], const struct plugin_paths *paths)
{
    const struct plugin_library *found = first_winnow(&paths->search);
    const struct plugin_search *likely = &paths->likely;
    if (found && is_ours(found))
        return;
    for (size_t i = 0; i < likely->count; i++) {
        const struct plugin_library *plugin =
            plugin_folder_plugin(&likely->folders[i], WN_FILTER_ID);
        if (plugin && is_ours(plugin)) {
            append(list, likely->folders[i].path);
            return;
        }
    }
    if (!found && first_winnow(likely))
        append(list, likely->folders[plugin_search_first(likely, WN_FILTER_ID)].path);
}

static void append_searched(char list[LIST_SIZE], const struct plugin_search *search)
{
    for (size_t i = 0; i < search->count; i++)
        if (search->folders[i].error == 0 && search->folders[i].libraries <= LIBRARIES_MAX)
            append(list, search->folders[i].path);
}

static bool has_others(const struct plugin_folder *folder)
{
    for (size_t i = 0; i < folder->count; i++)
        if (folder->examined[i].filter >= 0 && folder->examined[i].filter != WN_FILTER_ID)
            return true;
    return false;
}

/* Appends folders that have filters of other makers. */
static void append_others(char list[LIST_SIZE], const struct plugin_search *likely)
{
    for (size_t i = 0; i < likely->count; i++)
        if (has_others(&likely->folders[i]))
            append(list, likely->folders[i].path);
}

bool advise_plugin_path(struct doctor_report *report, const struct plugin_paths *paths, int filter)
{
    char list[LIST_SIZE] = "";
    if (plugin_search_first(&paths->likely, filter) == paths->likely.count)
        return false;
    append_better(list, paths);
    append_searched(list, &paths->search);
    append_others(list, &paths->likely);
    const size_t length = strlen(list);
    if (length == 0)
        return false;
    list[length - 1] = '\0';
    const char *quote = strpbrk(list, " \t'\"$`\\!&;|<>()*?[]#~{}") ? "'" : "";
    doctor_report_advise(report, "export HDF5_PLUGIN_PATH=%s%s%s", quote, list, quote);
    return true;
}
