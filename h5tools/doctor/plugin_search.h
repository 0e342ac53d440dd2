/*
 * doctor/plugin_search.h - where HDF5 looks for plugins, and what lies there.
 */
#ifndef H5WINNOW_DOCTOR_PLUGIN_SEARCH_H
#define H5WINNOW_DOCTOR_PLUGIN_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "doctor/plugin_library.h"

/* A folder with more libraries than this is no plugin folder: only the file that winnow installs is
 * examined in it. */
#define LIBRARIES_MAX 64

#define PLUGIN_FILE "libh5zwinnow.so"

struct plugin_folder {
    char *path;
    int error;        /* errno of looking into it, 0 if that is possible */
    size_t libraries; /* files that HDF5 opens: lib*.so* */
    struct plugin_library *examined;
    size_t count;
};

struct plugin_search {
    struct plugin_folder *folders; /* in the order in which HDF5 looks into them */
    size_t count;
};

/* Looks into a folder. False: not enough memory. */
bool plugin_folder_examine(const char *path, struct plugin_folder *folder);
void plugin_folder_free(struct plugin_folder *folder);

/* The first usable plugin for a filter in a folder, NULL if there is none. */
const struct plugin_library *plugin_folder_plugin(const struct plugin_folder *folder, int filter);

/* Looks into all folders in which the HDF5 library of this program looks. False: not enough memory,
 * or HDF5 does not tell. */
bool plugin_search_examine(struct plugin_search *search);

/* The first folder with a usable plugin for a filter; the number of folders if there is none. */
size_t plugin_search_first(const struct plugin_search *search, int filter);

void plugin_search_free(struct plugin_search *search);

#endif
