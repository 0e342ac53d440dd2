#include "doctor/advice.h"

#include <stdio.h>
#include <string.h>

#include "winnow.h"

#define LIST_SIZE 4096

/* Whether a list with colons between its folders, and behind the last, has a folder. */
static bool contains(const char *list, const char *folder)
{
    const size_t length = strlen(folder);
    for (const char *at = list; *at != '\0'; at = strchr(at, ':') + 1)
        if (strncmp(at, folder, length) == 0 && at[length] == ':')
            return true;
    return false;
}

/* Appends a folder that is not in the list, if there is space. */
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

/* Appends the place of a winnow plugin that is better than the one that HDF5 finds: one of this
 * version, or any at all. */
static void append_better(char list[LIST_SIZE], const struct doctor_environment *around)
{
    const struct plugin_library *found = first_winnow(&around->search);
    const struct plugin_search *places = &around->places;
    if (found && is_ours(found))
        return;
    for (size_t i = 0; i < places->count; i++) {
        const struct plugin_library *plugin =
            plugin_folder_plugin(&places->folders[i], WN_FILTER_ID);
        if (plugin && is_ours(plugin)) {
            append(list, places->folders[i].path);
            return;
        }
    }
    if (!found && first_winnow(places))
        append(list, places->folders[plugin_search_first(places, WN_FILTER_ID)].path);
}

static void append_usable(char list[LIST_SIZE], const struct plugin_search *search)
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

/* Appends places that have plugins of other makers. */
static void append_others(char list[LIST_SIZE], const struct plugin_search *places)
{
    for (size_t i = 0; i < places->count; i++)
        if (has_others(&places->folders[i]))
            append(list, places->folders[i].path);
}

bool advice(struct findings *diagnosis, const struct doctor_environment *around, int filter)
{
    char list[LIST_SIZE] = "";
    if (plugin_search_first(&around->places, filter) == around->places.count)
        return false;
    append_better(list, around);
    append_usable(list, &around->search);
    append_others(list, &around->places);
    const size_t length = strlen(list);
    if (length == 0)
        return false;
    list[length - 1] = '\0';
    const char *quote = strpbrk(list, " \t'\"$`\\!&;|<>()*?[]#~{}") ? "'" : "";
    findings_advise(diagnosis, "export HDF5_PLUGIN_PATH=%s%s%s", quote, list, quote);
    return true;
}
