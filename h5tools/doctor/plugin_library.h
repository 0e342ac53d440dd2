/* One file of a plugin folder: what kind of library it is, and whether it can be loaded. */
#ifndef H5WINNOW_DOCTOR_PLUGIN_LIBRARY_H
#define H5WINNOW_DOCTOR_PLUGIN_LIBRARY_H

#include <stddef.h>

#define VERSION_SIZE 32
#define PROBLEM_SIZE 1200

struct plugin_library {
    char *path;
    int filter;                 /* number of the HDF5 filter; -1: no filter, or broken */
    char version[VERSION_SIZE]; /* of a winnow plugin, from its file; "" if not known */
    char problem[PROBLEM_SIZE]; /* why it cannot be used; "" if it can */
};

/* Opens the library at `path` in a child process. Takes ownership of `path`. */
void plugin_library_examine(char *path, struct plugin_library *library);
void plugin_library_free(struct plugin_library *library);

/* The version in the file of a winnow plugin; "" if there is none. */
void plugin_library_version(const char *path, char version[VERSION_SIZE]);

/* The Debian package of the library that a message of the dynamic linker says is missing; NULL: not
 * known. */
const char *plugin_library_package(const char *message);

#endif
