/* An array, searched linearly from its end: the last file is the most likely one. */
#include "copy/source_files.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>

struct source_file {
    uint64_t device;
    uint64_t inode;
    char *name;
};

struct source_files {
    struct source_file *files;
    size_t count;
    size_t capacity;
    hid_t in_file;
    size_t open; /* SOURCE_INPUT: none besides the input */
    hid_t open_file;
};

/* For free(). NULL: out of memory, or HDF5 fails. */
static char *file_name(hid_t object)
{
    const ssize_t length = H5Fget_name(object, NULL, 0);
    char *name = length >= 0 ? malloc((size_t)length + 1) : NULL;
    if (name)
        H5Fget_name(object, name, (size_t)length + 1);
    return name;
}

static bool add(struct source_files *sources, const struct source_file *source)
{
    if (sources->count == sources->capacity) {
        const size_t capacity = 2 * sources->capacity + 8;
        struct source_file *files = realloc(sources->files, capacity * sizeof *files);
        if (!files)
            return false;
        sources->files = files;
        sources->capacity = capacity;
    }
    sources->files[sources->count++] = *source;
    return true;
}

bool source_files_find(struct source_files *sources, hid_t object, size_t *number)
{
    struct stat status;
    struct source_file source = {.name = file_name(object)};
    if (!source.name || stat(source.name, &status) != 0) {
        free(source.name);
        return false;
    }
    source.device = (uint64_t)status.st_dev;
    source.inode = (uint64_t)status.st_ino;
    /* Backwards, since consecutive objects mostly come from the same file. */
    for (size_t i = sources->count; i > 0; i--)
        if (sources->files[i - 1].device == source.device &&
            sources->files[i - 1].inode == source.inode) {
            *number = i - 1;
            free(source.name);
            return true;
        }
    *number = sources->count;
    if (add(sources, &source))
        return true;
    free(source.name);
    return false;
}

static void close_file(struct source_files *sources)
{
    if (sources->open != SOURCE_INPUT)
        H5Fclose(sources->open_file);
    sources->open = SOURCE_INPUT;
}

hid_t source_files_open(struct source_files *sources, size_t number)
{
    if (number == SOURCE_INPUT)
        return sources->in_file;
    if (number == sources->open)
        return sources->open_file;
    close_file(sources);
    sources->open_file = H5Fopen(sources->files[number].name, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (sources->open_file >= 0)
        sources->open = number;
    return sources->open_file;
}

bool source_files_is(const struct source_files *sources, size_t number, const char *name)
{
    struct stat status;
    const struct source_file *source = &sources->files[number];
    return stat(name, &status) == 0 && source->device == (uint64_t)status.st_dev &&
           source->inode == (uint64_t)status.st_ino;
}

const char *source_files_name(const struct source_files *sources, size_t number)
{
    return sources->files[number].name;
}

struct source_files *source_files_new(hid_t in_file, hid_t out_file)
{
    size_t input, output;
    struct source_files *sources = calloc(1, sizeof *sources);
    if (!sources)
        return NULL;
    sources->in_file = in_file;
    if (source_files_find(sources, in_file, &input) &&
        source_files_find(sources, out_file, &output) && output == SOURCE_OUTPUT)
        return sources;
    source_files_free(sources);
    return NULL;
}

void source_files_free(struct source_files *sources)
{
    if (!sources)
        return;
    close_file(sources);
    for (size_t i = 0; i < sources->count; i++)
        free(sources->files[i].name);
    free(sources->files);
    free(sources);
}
