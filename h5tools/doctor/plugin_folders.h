/* Folders where plugins are likely to be installed, whether HDF5 looks there or not. */
#ifndef H5WINNOW_DOCTOR_PLUGIN_FOLDERS_H
#define H5WINNOW_DOCTOR_PLUGIN_FOLDERS_H

#include "doctor/plugin_search.h"

/* Examines those that exist, most likely first: next to this program, then where HDF5 and packages
 * install plugins. False: not enough memory. */
bool plugin_folders_examine(struct plugin_search *likely);

#endif
