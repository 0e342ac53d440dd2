/* Lossless filters for dense output. */
#ifndef H5WINNOW_HDF5_OUTPUT_FILTER_H
#define H5WINNOW_HDF5_OUTPUT_FILTER_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

/* Looks a filter up by name; NULL: unknown name. */
const struct output_filter *output_filter_find(const char *name);

/* Whether HDF5 has the filter, built in or as a plugin. */
bool output_filter_available(const struct output_filter *filter);

/* What to install if the filter is not available. */
const char *output_filter_package(const struct output_filter *filter);

/* Adds the filter to dataset creation properties. */
bool output_filter_add(const struct output_filter *filter, hid_t properties);

#endif
