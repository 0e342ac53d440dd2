/* filters.h - the filters of datasets. */
#ifndef H5WINNOW_FILTERS_H
#define H5WINNOW_FILTERS_H

#include <hdf5.h>
#include <stdbool.h>

/* Whether datasets with these creation properties have the same filters with the same parameters.
 */
bool filters_same(hid_t properties, hid_t others);

#endif
