/* Patterns of glob(): relative to the installation or build tree of this program, then absolute. */
#include "doctor/plugin_folders.h"

#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Relative to the parent of this program's folder, in an installation or a build tree. */
static const char *const RELATIVE[] = {"plugin", "lib/hdf5/plugins", "lib/*/hdf5/plugins",
                                       "lib64/hdf5/plugins"};

static const char *const ABSOLUTE[] = {
    "/usr/local/lib/hdf5/plugins", "/usr/local/lib/*/hdf5/plugins",  "/usr/local/hdf5/lib/plugin",
    "/usr/lib/hdf5/plugins",       "/usr/lib/*/hdf5/serial/plugins", "/usr/lib/*/hdf5/plugins",
    "/usr/lib64/hdf5/plugins",
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* The parent of this program's folder; "" if not known. */
static void find_prefix(char prefix[PATH_MAX])
{
    const ssize_t length = readlink("/proc/self/exe", prefix, PATH_MAX - 1);
    prefix[length > 0 ? length : 0] = '\0';
    for (int i = 0; i < 2; i++) {
        char *slash = strrchr(prefix, '/');
        if (slash)
            *slash = '\0';
    }
}

/* Escapes the characters of the prefix that are special in a pattern. */
static void quote(const char *prefix, char quoted[2 * PATH_MAX])
{
    for (; *prefix != '\0'; prefix++) {
        if (strchr("\\*?[", *prefix))
            *quoted++ = '\\';
        *quoted++ = *prefix;
    }
    *quoted = '\0';
}

/* Appends the matches of a pattern. */
static void add(const char *pattern, glob_t *found)
{
    glob(pattern, found->gl_pathc > 0 ? GLOB_APPEND : 0, NULL, found);
}

static void find_all(glob_t *found)
{
    char prefix[PATH_MAX], quoted[2 * PATH_MAX], pattern[2 * PATH_MAX + 32];
    find_prefix(prefix);
    quote(prefix, quoted);
    for (size_t i = 0; i < COUNT(RELATIVE); i++) {
        snprintf(pattern, sizeof pattern, "%s/%s", quoted, RELATIVE[i]);
        add(pattern, found);
    }
    for (size_t i = 0; i < COUNT(ABSOLUTE); i++)
        add(ABSOLUTE[i], found);
}

bool plugin_folders_examine(struct plugin_search *likely)
{
    glob_t found = {.gl_pathc = 0};
    find_all(&found);
    *likely =
        (struct plugin_search){.folders = calloc(found.gl_pathc + 1, sizeof *likely->folders)};
    bool good = likely->folders;
    for (size_t i = 0; i < found.gl_pathc && good; i++) {
        good = plugin_folder_examine(found.gl_pathv[i], &likely->folders[i]);
        likely->count++;
    }
    globfree(&found);
    return good;
}
