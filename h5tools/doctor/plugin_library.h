/* doctor/plugin_library.h - one file of a plugin folder: what kind of library it is, and whether it
 * can be used.
 */
#ifndef H5WINNOW_DOCTOR_PLUGIN_LIBRARY_H
#define H5WINNOW_DOCTOR_PLUGIN_LIBRARY_H

#include <stddef.h>

#define VERSION_SIZE 32
#define PROBLEM_SIZE 1200

struct plugin_library {
    char *path;
    int filter;                 /* number of the HDF5 filter; -1: it is no filter, or is broken */
    char version[VERSION_SIZE]; /* of a winnow plugin, as the file says; "" if it does not */
    char problem[PROBLEM_SIZE]; /* why it cannot be used; "" if it can */
};

/* Opens the library at `path`, which it takes over, in a child process. */
void plugin_library_examine(char *path, struct plugin_library *library);
void plugin_library_free(struct plugin_library *library);

/* The version that a winnow plugin has in its file, "" if there is none. */
void plugin_library_version(const char *path, char version[VERSION_SIZE]);

/* The Debian package that brings a library which the dynamic linker has missed, by its message;
 * NULL: nobody knows. */
const char *plugin_library_package(const char *message);

#endif
