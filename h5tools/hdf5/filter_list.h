/* Comparing the filters of datasets. */
#ifndef H5WINNOW_HDF5_FILTER_LIST_H
#define H5WINNOW_HDF5_FILTER_LIST_H

#include <hdf5.h>
#include <stdbool.h>

/* Whether two lists of creation properties have the same filters with the same parameters. */
bool filter_lists_same(hid_t properties, hid_t others);

#endif
