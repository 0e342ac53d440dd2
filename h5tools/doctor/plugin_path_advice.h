/* Advice on the value of HDF5_PLUGIN_PATH. */
#ifndef H5WINNOW_DOCTOR_PLUGIN_PATH_ADVICE_H
#define H5WINNOW_DOCTOR_PLUGIN_PATH_ADVICE_H

#include "doctor/doctor.h"

/* Advises a value of HDF5_PLUGIN_PATH with which HDF5 finds the plugin for this filter and all that
 * it finds now. The value is the same for every filter. False: no likely folder holds a plugin for
 * it, and nothing was advised. */
bool advise_plugin_path(struct doctor_report *report, const struct plugin_paths *paths, int filter);

#endif
