/* Compares folders by device and inode. The first source that would be lost is reported. */
#include "copy/virtual_warning.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* HDF5's name for the file that the dataset is in. */
#define SAME_FILE "."

static bool folder_of(const char *path, struct stat *folder)
{
    char *copy = strdup(path);
    const bool good = copy && stat(dirname(copy), folder) == 0;
    free(copy);
    return good;
}

static bool same_folder(const char *one, const char *other)
{
    struct stat first, second;
    return folder_of(one, &first) && folder_of(other, &second) && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

/* The file name of source `i`, for free(). NULL: out of memory, or HDF5 fails. */
static char *file_of_part(hid_t properties, size_t i)
{
    const ssize_t length = H5Pget_virtual_filename(properties, i, NULL, 0);
    char *name = length >= 0 ? malloc((size_t)length + 1) : NULL;
    if (name)
        H5Pget_virtual_filename(properties, i, name, (size_t)length + 1);
    return name;
}

static bool is_lost(const struct copy_state *c, const char *name, size_t source)
{
    if (strcmp(name, SAME_FILE) == 0)
        return source != SOURCE_INPUT;
    return name[0] != '/' && !same_folder(source_files_name(c->sources, source),
                                          source_files_name(c->sources, SOURCE_OUTPUT));
}

void virtual_warning(struct copy_state *c, const struct link *link, hid_t properties, size_t source)
{
    size_t count = 0;
    bool lost = false;
    H5Pget_virtual_count(properties, &count);
    for (size_t i = 0; i < count && !lost; i++) {
        char *name = file_of_part(properties, i);
        lost = name && is_lost(c, name, source);
        if (lost)
            copy_state_complain(c, FINDING, link->parent, link->name,
                                "a virtual dataset, and its parts are not where its copy looks for "
                                "them: in %s, beside the output; put that file, and others that it "
                                "is made of, there",
                                strcmp(name, SAME_FILE) == 0 ? source_files_name(c->sources, source)
                                                             : name);
        free(name);
    }
}
