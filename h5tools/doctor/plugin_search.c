/* The folders are those of H5PLget(). Every library in them is opened in a child process of its
 * own. */
#include "doctor/plugin_search.h"

#include <dirent.h>
#include <errno.h>
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether HDF5 opens such a file in a plugin folder. */
static bool is_library(const char *name)
{
    return strncmp(name, "lib", 3) == 0 && strstr(name, ".so");
}

static char *join(const char *folder, const char *name)
{
    const size_t size = strlen(folder) + strlen(name) + 2;
    char *path = malloc(size);
    if (path)
        snprintf(path, size, "%s/%s", folder, name);
    return path;
}

static size_t count_libraries(DIR *entries)
{
    size_t count = 0;
    const struct dirent *entry;
    while ((entry = readdir(entries)))
        count += is_library(entry->d_name);
    rewinddir(entries);
    return count;
}

static bool examine_libraries(DIR *entries, struct plugin_folder *folder)
{
    const struct dirent *entry;
    while ((entry = readdir(entries)) && folder->count < LIBRARIES_MAX) {
        if (!is_library(entry->d_name) ||
            (folder->libraries > LIBRARIES_MAX && strcmp(entry->d_name, PLUGIN_FILE) != 0))
            continue;
        char *path = join(folder->path, entry->d_name);
        if (!path)
            return false;
        plugin_library_examine(path, &folder->examined[folder->count++]);
    }
    return true;
}

bool plugin_folder_examine(const char *path, struct plugin_folder *folder)
{
    *folder = (struct plugin_folder){.path = strdup(path)};
    if (!folder->path)
        return false;
    DIR *entries = opendir(path);
    if (!entries) {
        folder->error = errno;
        return true;
    }
    folder->libraries = count_libraries(entries);
    folder->examined = calloc(LIBRARIES_MAX, sizeof *folder->examined);
    const bool good = folder->examined && examine_libraries(entries, folder);
    closedir(entries);
    return good;
}

void plugin_folder_free(struct plugin_folder *folder)
{
    for (size_t i = 0; i < folder->count; i++)
        plugin_library_free(&folder->examined[i]);
    free(folder->examined);
    free(folder->path);
}

const struct plugin_library *plugin_folder_plugin(const struct plugin_folder *folder, int filter)
{
    for (size_t i = 0; i < folder->count; i++)
        if (folder->examined[i].filter == filter)
            return &folder->examined[i];
    return NULL;
}

/* Examines a folder of HDF5's list. */
static bool examine_at(unsigned index, struct plugin_folder *folder)
{
    const ssize_t length = H5PLget(index, NULL, 0);
    char *path = length > 0 ? calloc((size_t)length + 1, 1) : NULL;
    const bool good = path && H5PLget(index, path, (size_t)length + 1) == length &&
                      plugin_folder_examine(path, folder);
    free(path);
    return good;
}

bool plugin_search_examine(struct plugin_search *search)
{
    unsigned count = 0;
    *search = (struct plugin_search){.folders = NULL};
    if (H5PLsize(&count) < 0)
        return false;
    search->folders = calloc((size_t)count + 1, sizeof *search->folders);
    bool good = search->folders;
    for (unsigned i = 0; i < count && good; i++) {
        good = examine_at(i, &search->folders[i]);
        search->count++;
    }
    return good;
}

size_t plugin_search_first(const struct plugin_search *search, int filter)
{
    size_t i = 0;
    while (i < search->count && !plugin_folder_plugin(&search->folders[i], filter))
        i++;
    return i;
}

void plugin_search_free(struct plugin_search *search)
{
    for (size_t i = 0; i < search->count; i++)
        plugin_folder_free(&search->folders[i]);
    free(search->folders);
}
