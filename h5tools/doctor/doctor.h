/* doctor/doctor.h - the parts of h5winnow doctor. Each says what it finds. */
#ifndef H5WINNOW_DOCTOR_DOCTOR_H
#define H5WINNOW_DOCTOR_DOCTOR_H

#include "doctor/findings.h"
#include "doctor/plugin_search.h"

/* Where HDF5 looks for plugins, and where else there may be some. */
struct doctor_environment {
    const char *variable; /* HDF5_PLUGIN_PATH, NULL if it is not set */
    struct plugin_search search;
    struct plugin_search places;
};

/* This program and its HDF5 library. */
void doctor_program(struct findings *diagnosis);

/* HDF5_PLUGIN_PATH, its folders, and the files in them. */
void doctor_search_path(struct findings *diagnosis, const struct doctor_environment *around);

/* The plugin that HDF5 loads, and whether it restores what it has compressed. */
void doctor_plugin(struct findings *diagnosis, const struct doctor_environment *around);

/* The variables that winnow reads, processors and threads. */
void doctor_environment(struct findings *diagnosis);

/* What computes: processors, graphics cards. */
void doctor_engines(struct findings *diagnosis);

/* Other filters, which detectors use. */
void doctor_other_filters(struct findings *diagnosis, const struct doctor_environment *around);

#endif
