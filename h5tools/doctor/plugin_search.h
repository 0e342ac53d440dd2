/*
 * search.h - where HDF5 looks for plugins, and what lies there.
 */
#ifndef H5WINNOW_SEARCH_H
#define H5WINNOW_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "doctor/plugin_library.h"

/* A folder with more libraries than this is no plugin folder: only the file that winnow installs is
 * examined in it. */
#define LIBRARIES_MAX 64

#define PLUGIN_FILE "libh5zwinnow.so"

struct folder {
    char *path;
    int error;        /* errno of looking into it, 0 if that is possible */
    size_t libraries; /* files that HDF5 opens: lib*.so* */
    struct library *examined;
    size_t count;
};

struct search {
    struct folder *folders; /* in the order in which HDF5 looks into them */
    size_t count;
};

/* Looks into a folder. False: not enough memory. */
bool folder_examine(const char *path, struct folder *folder);
void folder_free(struct folder *folder);

/* The first usable plugin for a filter in a folder, NULL if there is none. */
const struct library *folder_plugin(const struct folder *folder, int filter);

/* Looks into all folders in which the HDF5 library of this program looks. False: not enough memory,
 * or HDF5 does not tell. */
bool search_examine(struct search *search);

/* The first folder with a usable plugin for a filter; the number of folders if there is none. */
size_t search_first(const struct search *search, int filter);

void search_free(struct search *search);

#endif
