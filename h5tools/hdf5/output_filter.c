/* A table of filters with their fixed parameters. */
#include "hdf5/output_filter.h"

#include <string.h>

#define VALUES_MAX 8

struct output_filter {
    const char *name;
    H5Z_filter_t filter; /* H5Z_FILTER_NONE: no filter */
    size_t n;
    unsigned values[VALUES_MAX];
    const char *package;
};

static const struct output_filter FILTERS[] = {
    {"none", H5Z_FILTER_NONE, 0, {0}, ""},
    {"gzip", H5Z_FILTER_DEFLATE, 1, {4}, "an HDF5 with zlib"},
    /* default block size, LZ4 */
    {"bitshuffle-lz4", 32008, 2, {0, 2}, "the Debian package bitshuffle"},
    /* version and sizes filled in by the filter; level 5, bit shuffle, zstd */
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

bool output_filter_available(const struct output_filter *filter)
{
    return filter->filter == H5Z_FILTER_NONE || H5Zfilter_avail(filter->filter) > 0;
}

const char *output_filter_package(const struct output_filter *filter)
{
    return filter->package;
}

/* Optional, because Blosc fails on chunks that it cannot shrink; HDF5 then stores them raw. */
bool output_filter_add(const struct output_filter *filter, hid_t properties)
{
    return filter->filter == H5Z_FILTER_NONE ||
           H5Pset_filter(properties, filter->filter, H5Z_FLAG_OPTIONAL, filter->n,
                         filter->values) >= 0;
}
