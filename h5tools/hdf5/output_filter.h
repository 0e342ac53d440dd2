/* lossless.h - lossless filters that dense output can be written with. */
#ifndef H5WINNOW_LOSSLESS_H
#define H5WINNOW_LOSSLESS_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

/* One of them; NULL for a name that there is not. */
const struct lossless *lossless_find(const char *name);

/* Whether HDF5 can write it here: the filter, or its plugin, must be there. */
bool lossless_available(const struct lossless *lossless);

/* What to install if it is not. */
const char *lossless_package(const struct lossless *lossless);

/* Adds it to the properties of a dataset that will be created. */
bool lossless_add(const struct lossless *lossless, hid_t properties);

#endif
