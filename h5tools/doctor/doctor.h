/* The examinations of h5winnow doctor. Each adds its findings to the report. */
#ifndef H5WINNOW_DOCTOR_DOCTOR_H
#define H5WINNOW_DOCTOR_DOCTOR_H

#include "doctor/plugin_search.h"
#include "doctor/report.h"

/* Folders of plugins: where HDF5 looks, and where plugins are likely to be installed. */
struct plugin_paths {
    const char *variable; /* HDF5_PLUGIN_PATH, NULL if it is not set */
    struct plugin_search search;
    struct plugin_search likely; /* doctor/plugin_folders.h */
};

/* This program and its HDF5 library. */
void doctor_program(struct doctor_report *report);

/* HDF5_PLUGIN_PATH, its folders, and the files in them. */
void doctor_search_path(struct doctor_report *report, const struct plugin_paths *paths);

/* The plugin that HDF5 loads, and whether a round trip through it works. */
void doctor_plugin(struct doctor_report *report, const struct plugin_paths *paths);

/* Environment variables that winnow reads, processors and threads. */
void doctor_environment(struct doctor_report *report);

/* Engines: OpenMP, OpenCL. */
void doctor_engines(struct doctor_report *report);

/* Filters of other makers that detectors use. */
void doctor_other_filters(struct doctor_report *report, const struct plugin_paths *paths);

#endif
