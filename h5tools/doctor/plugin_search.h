/* The folders where HDF5 looks for plugins, and the libraries in them. */
#ifndef H5WINNOW_DOCTOR_PLUGIN_SEARCH_H
#define H5WINNOW_DOCTOR_PLUGIN_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "doctor/plugin_library.h"

/* A folder with more libraries than this is no plugin folder; only PLUGIN_FILE is examined in it.
 */
#define LIBRARIES_MAX 64

#define PLUGIN_FILE "libh5zwinnow.so"

struct plugin_folder {
    char *path;
    int error;        /* errno of opening it; 0: none */
    size_t libraries; /* files that HDF5 would open: lib*.so* */
    struct plugin_library *examined;
    size_t count;
};

struct plugin_search {
    struct plugin_folder *folders; /* in the order of HDF5's search */
    size_t count;
};

/* Examines a folder. False: not enough memory. */
bool plugin_folder_examine(const char *path, struct plugin_folder *folder);
void plugin_folder_free(struct plugin_folder *folder);

/* The first usable plugin for a filter in a folder; NULL: none. */
const struct plugin_library *plugin_folder_plugin(const struct plugin_folder *folder, int filter);

/* Examines all folders that the HDF5 library of this program searches. False: not enough memory, or
 * HDF5 does not list them. */
bool plugin_search_examine(struct plugin_search *search);

/* The first folder with a usable plugin for a filter; the number of folders if there is none. */
size_t plugin_search_first(const struct plugin_search *search, int filter);

void plugin_search_free(struct plugin_search *search);

#endif
