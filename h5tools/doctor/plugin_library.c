/* A library is opened in a child process, with all symbols resolved (RTLD_NOW). The version of a
 * winnow plugin is found by searching its file for a marker, so that it need not be loadable. */
#include "doctor/plugin_library.h"

#include <dlfcn.h>
#include <hdf5.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <H5PLextern.h>

#include "doctor/child_process.h"
#include "winnow.h"

#define SECONDS  10
#define FILE_MAX (256 << 20)

/* Marker in the plugin's file, followed by its version: see plugin/h5zwinnow.c. */
static const char VERSION_MARKER[] = "winnow plugin ";

/* The filter number of an opened plugin; -1: it is no filter. */
static int filter_of(void *handle)
{
    typedef H5PL_type_t (*get_type)(void);
    typedef const void *(*library_get_info)(void);
    const get_type type = (get_type)dlsym(handle, "H5PLget_plugin_type");
    const library_get_info info = (library_get_info)dlsym(handle, "H5PLget_plugin_info");
    if (!type || !info || type() != H5PL_TYPE_FILTER)
        return -1;
    const H5Z_class2_t *filter = info();
    return filter ? filter->id : -1;
}

/* In the child: opens the library and resolves all symbols, which HDF5 itself does lazily. */
static void open_library(void *path, FILE *answer)
{
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        fprintf(answer, "refused %s\n", dlerror());
    else
        fprintf(answer, "filter %d\n", filter_of(handle));
}

static void note_answer(const struct child_process *probe, struct plugin_library *library)
{
    if (probe->ended[0] != '\0')
        snprintf(library->problem, PROBLEM_SIZE, "a program that opens it %s", probe->ended);
    else if (sscanf(probe->answer, "filter %d", &library->filter) != 1)
        snprintf(library->problem, PROBLEM_SIZE, "it cannot be loaded: %.1000s",
                 probe->answer + strlen("refused "));
}

void plugin_library_examine(char *path, struct plugin_library *library)
{
    struct child_process probe;
    *library = (struct plugin_library){.path = path, .filter = -1};
    child_process_run(open_library, path, SECONDS, &probe);
    note_answer(&probe, library);
    if (library->filter == WN_FILTER_ID)
        plugin_library_version(path, library->version);
}

void plugin_library_free(struct plugin_library *library)
{
    free(library->path);
}

/* Copies a version made of digits and points. False: there is none. */
static bool copy_version(const char *text, char version[VERSION_SIZE])
{
    const size_t length = strspn(text, "0123456789.");
    if (length == 0 || length >= VERSION_SIZE || text[length] != '\0')
        return false;
    memcpy(version, text, length + 1);
    return true;
}

static void find_version(const char *bytes, size_t size, char version[VERSION_SIZE])
{
    const size_t length = strlen(VERSION_MARKER);
    for (size_t i = 0; i + length <= size; i++)
        if (memcmp(bytes + i, VERSION_MARKER, length) == 0 &&
            copy_version(bytes + i + length, version))
            return;
}

/* The bytes of a file, with a terminating 0. NULL: it cannot be read, or is too large. */
static char *read_whole(FILE *file, size_t *size)
{
    struct stat status;
    if (fstat(fileno(file), &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > FILE_MAX)
        return NULL;
    char *bytes = calloc((size_t)status.st_size + 1, 1);
    if (bytes)
        *size = fread(bytes, 1, (size_t)status.st_size, file);
    return bytes;
}

void plugin_library_version(const char *path, char version[VERSION_SIZE])
{
    size_t size = 0;
    version[0] = '\0';
    FILE *file = fopen(path, "rb");
    if (!file)
        return;
    char *bytes = read_whole(file, &size);
    fclose(file);
    if (bytes)
        find_version(bytes, size, version);
    free(bytes);
}

const char *plugin_library_package(const char *message)
{
    static const struct {
        const char *library, *package;
    } known[] = {
        {"libblosc.so", "libblosc1"},
        {"libgomp.so", "libgomp1"},
        {"libhdf5_serial.so", "libhdf5-103-1"},
        {"libzstd.so", "libzstd1"},
        {"liblz4.so", "liblz4-1"},
        {"libOpenCL.so", "ocl-icd-libopencl1"},
    };
    if (!strstr(message, "cannot open shared object file"))
        return NULL;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strstr(message, known[i].library))
            return known[i].package;
    return NULL;
}
