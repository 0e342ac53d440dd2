/* The winnow filter without the plugin. */
#ifndef H5WINNOW_HDF5_WINNOW_FILTER_H
#define H5WINNOW_HDF5_WINNOW_FILTER_H

#include <hdf5.h>
#include <stdbool.h>

#include "winnow.h"

/* Registers the filter, so that datasets with it can be created and read; `noise` is used for
 * reading. Only decoding works: chunks are to be written directly with H5Dwrite_chunk(). */
bool winnow_filter_register(wn_noise noise);

/* Adds the filter to dataset creation properties, with the parameters that the plugin would store
 * for chunks that hold this array. */
bool winnow_filter_add(hid_t properties, const wn_params *params, const wn_array *array);

#endif
