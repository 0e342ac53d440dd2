#include "hdf5/output_filter.h"

#include <string.h>

#define MOST_VALUES 8

struct output_filter {
    const char *name;
    H5Z_filter_t filter; /* H5Z_FILTER_NONE: no filter */
    size_t n;
    unsigned values[MOST_VALUES];
    const char *package;
};

static const struct output_filter FILTERS[] = {
    {"none", H5Z_FILTER_NONE, 0, {0}, ""},
    {"gzip", H5Z_FILTER_DEFLATE, 1, {4}, "an HDF5 with zlib"},
    /* block size by itself, LZ4 */
    {"bitshuffle-lz4", 32008, 2, {0, 2}, "the Debian package bitshuffle"},
    /* version and sizes by itself; level 5, bit shuffle, zstd */
    {"blosc-zstd", 32001, 7, {0, 0, 0, 0, 5, 2, 5}, "the Debian package hdf5-filter-plugin"},
};

const struct output_filter *output_filter_find(const char *name)
{
    for (size_t i = 0; i < sizeof FILTERS / sizeof FILTERS[0]; i++) {
        if (strcmp(FILTERS[i].name, name) == 0)
            return &FILTERS[i];
    }
    return NULL;
}

bool output_filter_available(const struct output_filter *lossless)
{
    return lossless->filter == H5Z_FILTER_NONE || H5Zfilter_avail(lossless->filter) > 0;
}

const char *output_filter_package(const struct output_filter *lossless)
{
    return lossless->package;
}

/* Optional: Blosc refuses chunks that it cannot make smaller, which are then stored as they are. */
bool output_filter_add(const struct output_filter *lossless, hid_t properties)
{
    return lossless->filter == H5Z_FILTER_NONE ||
           H5Pset_filter(properties, lossless->filter, H5Z_FLAG_OPTIONAL, lossless->n,
                         lossless->values) >= 0;
}
