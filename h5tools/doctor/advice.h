/* doctor/advice.h - what HDF5_PLUGIN_PATH should be. */
#ifndef H5WINNOW_DOCTOR_ADVICE_H
#define H5WINNOW_DOCTOR_ADVICE_H

#include "doctor/doctor.h"

/* Advises how to set HDF5_PLUGIN_PATH, so that HDF5 finds the plugin for this filter, and loses
 * none that it finds now. The advice is the same whatever filter is asked for. False: no folder
 * holds a plugin for it, and nothing was said. */
bool advice(struct findings *diagnosis, const struct doctor_environment *around, int filter);

#endif
