#include "doctor/plugin_search.h"

#include <dirent.h>
#include <errno.h>
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The files that HDF5 opens in a plugin folder. */
static bool is_library(const char *name)
{
    return strncmp(name, "lib", 3) == 0 && strstr(name, ".so") != NULL;
}

static char *join(const char *folder, const char *name)
{
    const size_t size = strlen(folder) + strlen(name) + 2;
    char *path = malloc(size);
    if (path != NULL)
        snprintf(path, size, "%s/%s", folder, name);
    return path;
}

static size_t count_libraries(DIR *entries)
{
    size_t count = 0;
    const struct dirent *entry;
    while ((entry = readdir(entries)) != NULL)
        count += is_library(entry->d_name);
    rewinddir(entries);
    return count;
}

static bool examine_libraries(DIR *entries, struct folder *folder)
{
    const struct dirent *entry;
    while ((entry = readdir(entries)) != NULL && folder->count < LIBRARIES_MAX) {
        if (!is_library(entry->d_name) ||
            (folder->libraries > LIBRARIES_MAX && strcmp(entry->d_name, PLUGIN_FILE) != 0))
            continue;
        char *path = join(folder->path, entry->d_name);
        if (path == NULL)
            return false;
        library_examine(path, &folder->examined[folder->count++]);
    }
    return true;
}

bool folder_examine(const char *path, struct folder *folder)
{
    *folder = (struct folder){.path = strdup(path)};
    if (folder->path == NULL)
        return false;
    DIR *entries = opendir(path);
    if (entries == NULL) {
        folder->error = errno;
        return true;
    }
    folder->libraries = count_libraries(entries);
    folder->examined = calloc(LIBRARIES_MAX, sizeof *folder->examined);
    const bool good = folder->examined != NULL && examine_libraries(entries, folder);
    closedir(entries);
    return good;
}

void folder_free(struct folder *folder)
{
    for (size_t i = 0; i < folder->count; i++)
        library_free(&folder->examined[i]);
    free(folder->examined);
    free(folder->path);
}

const struct library *folder_plugin(const struct folder *folder, int filter)
{
    for (size_t i = 0; i < folder->count; i++)
        if (folder->examined[i].filter == filter)
            return &folder->examined[i];
    return NULL;
}

/* One folder of HDF5's list. */
static bool examine_at(unsigned index, struct folder *folder)
{
    const ssize_t length = H5PLget(index, NULL, 0);
    char *path = length > 0 ? calloc((size_t)length + 1, 1) : NULL;
    const bool good = path != NULL && H5PLget(index, path, (size_t)length + 1) == length &&
                      folder_examine(path, folder);
    free(path);
    return good;
}

bool search_examine(struct search *search)
{
    unsigned count = 0;
    *search = (struct search){.folders = NULL};
    if (H5PLsize(&count) < 0)
        return false;
    search->folders = calloc((size_t)count + 1, sizeof *search->folders);
    bool good = search->folders != NULL;
    for (unsigned i = 0; i < count && good; i++) {
        good = examine_at(i, &search->folders[i]);
        search->count++;
    }
    return good;
}

size_t search_first(const struct search *search, int filter)
{
    size_t i = 0;
    while (i < search->count && folder_plugin(&search->folders[i], filter) == NULL)
        i++;
    return i;
}

void search_free(struct search *search)
{
    for (size_t i = 0; i < search->count; i++)
        folder_free(&search->folders[i]);
    free(search->folders);
}
