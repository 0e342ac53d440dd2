/* hdf5/winnow_filter.h - datasets with the winnow filter, without the plugin. */
#ifndef H5WINNOW_HDF5_WINNOW_FILTER_H
#define H5WINNOW_HDF5_WINNOW_FILTER_H

#include <hdf5.h>
#include <stdbool.h>

#include "winnow.h"

/* Makes the filter known to HDF5, so that datasets with it can be created and read; restored with
 * this noise. Chunks are to be written directly: what is written through the filter fails. */
bool winnow_filter_register(wn_noise noise);

/* Adds it to the properties of a dataset that will be created; parameters as the plugin would store
 * them for chunks that hold this array. */
bool winnow_filter_add(hid_t properties, const wn_params *params, const wn_array *array);

#endif
