/* Compares filter by filter: identifier, flags and all parameters. */
#include "hdf5/filter_list.h"

#include <stdlib.h>
#include <string.h>

struct stored_filter {
    H5Z_filter_t id;
    unsigned flags;
    size_t count;
    unsigned *values;
};

/* Reads filter `i`; the caller frees its values. False: out of memory, or HDF5 fails. */
static bool get_filter(hid_t properties, unsigned i, struct stored_filter *filter)
{
    *filter = (struct stored_filter){0};
    if (H5Pget_filter2(properties, i, &filter->flags, &filter->count, NULL, 0, NULL, NULL) < 0)
        return false;
    filter->values = calloc(filter->count + 1, sizeof *filter->values);
    if (!filter->values)
        return false;
    filter->id = H5Pget_filter2(properties, i, &filter->flags, &filter->count, filter->values, 0,
                                NULL, NULL);
    return filter->id >= 0;
}

static bool same_filter(hid_t properties, hid_t others, unsigned i)
{
    struct stored_filter one, other = {0};
    const bool same = get_filter(properties, i, &one) && get_filter(others, i, &other) &&
                      one.id == other.id && one.flags == other.flags && one.count == other.count &&
                      memcmp(one.values, other.values, one.count * sizeof *one.values) == 0;
    free(one.values);
    free(other.values);
    return same;
}

bool filter_lists_same(hid_t properties, hid_t others)
{
    const int count = H5Pget_nfilters(properties);
    if (count != H5Pget_nfilters(others))
        return false;
    for (int i = 0; i < count; i++)
        if (!same_filter(properties, others, (unsigned)i))
            return false;
    return true;
}
