/* hdf5/output_filter.h - lossless filters that dense output can be written with. */
#ifndef H5WINNOW_HDF5_OUTPUT_FILTER_H
#define H5WINNOW_HDF5_OUTPUT_FILTER_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

/* One of them; NULL for a name that there is not. */
const struct output_filter *output_filter_find(const char *name);

/* Whether HDF5 can write it here: the filter, or its plugin, must be there. */
bool output_filter_available(const struct output_filter *lossless);

/* What to install if it is not. */
const char *output_filter_package(const struct output_filter *lossless);

/* Adds it to the properties of a dataset that will be created. */
bool output_filter_add(const struct output_filter *lossless, hid_t properties);

#endif
