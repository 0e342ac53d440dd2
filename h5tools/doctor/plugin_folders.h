/* places.h - where plugins are likely to be installed, whether HDF5 looks there or not. */
#ifndef H5WINNOW_PLACES_H
#define H5WINNOW_PLACES_H

#include "doctor/plugin_search.h"

/* The folders that are there, most likely first: beside this program, then where HDF5 and packages
 * put their plugins. False: not enough memory. */
bool places_examine(struct search *places);

#endif
