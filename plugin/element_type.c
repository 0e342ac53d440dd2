/* Asks HDF5 for the properties of an integer type; compares floats with the four IEEE types, since
 * many properties would have to agree. */
#include "element_type.h"

#include <stdio.h>

/* Integers of 1, 2, 4 or 8 bytes without padding, little- or big-endian. */
static bool integer_type(const struct h5api *api, hid_t type, wn_array *array)
{
    const size_t size = api->type_size(type);
    const H5T_order_t order = api->type_order(type);
    const H5T_sign_t sign = api->type_sign(type);
    if ((size != 1 && size != 2 && size != 4 && size != 8) ||
        (order != H5T_ORDER_LE && order != H5T_ORDER_BE) ||
        (sign != H5T_SGN_NONE && sign != H5T_SGN_2) || api->type_precision(type) != 8 * size ||
        api->type_offset(type) != 0)
        return false;
    array->type = (wn_type)((sign == H5T_SGN_NONE ? 100 : 200) + 8 * size);
    array->big_endian = order == H5T_ORDER_BE && size > 1;
    return true;
}

static bool float_type(const struct h5api *api, hid_t type, wn_array *array)
{
    const struct {
        hid_t type;
        wn_type element;
        bool big_endian;
    } known[] = {
        {*api->float32_le, WN_F32, false},
        {*api->float32_be, WN_F32, true},
        {*api->float64_le, WN_F64, false},
        {*api->float64_be, WN_F64, true},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (api->type_equal(type, known[i].type) <= 0)
            continue;
        array->type = known[i].element;
        array->big_endian = known[i].big_endian;
        return true;
    }
    return false;
}

static bool element_type(const struct h5api *api, hid_t type, wn_array *array)
{
    switch (api->type_class(type)) {
    case H5T_INTEGER:
        return integer_type(api, type, array);
    case H5T_FLOAT:
        return float_type(api, type, array);
    default:
        return false;
    }
}

/* The last two dimensions are height and width; the product of the others is the number of frames.
 */
static bool frame_shape(const hsize_t *dims, int rank, wn_array *array)
{
    hsize_t frames = 1;
    for (int i = 0; i < rank - 2; i++) {
        if (dims[i] == 0 || dims[i] > UINT32_MAX / frames)
            return false;
        frames *= dims[i];
    }
    if (dims[rank - 2] > UINT32_MAX || dims[rank - 1] > UINT32_MAX)
        return false;
    array->frames = (uint32_t)frames;
    array->height = (uint32_t)dims[rank - 2];
    array->width = (uint32_t)dims[rank - 1];
    return wn_array_bytes(array) != 0;
}

bool element_type_array(const struct h5api *api, hid_t type, hid_t space, wn_array *array,
                        char *why, size_t why_size)
{
    hsize_t dims[H5S_MAX_RANK];
    if (!element_type(api, type, array)) {
        snprintf(why, why_size,
                 "datasets of this type are left alone: winnow compresses integers of 8 to 64 bits "
                 "and IEEE floats of 32 or 64 bits");
        return false;
    }
    const int rank = api->space_rank(space);
    if (rank < 3 || rank > H5S_MAX_RANK || api->space_dims(space, dims, NULL) != rank) {
        snprintf(why, why_size,
                 "chunks of rank %d are left alone, they may be masks or flat fields: images must "
                 "be stacks (n, y, x), frames first, with chunks of the same rank",
                 rank);
        return false;
    }
    if (!frame_shape(dims, rank, array)) {
        snprintf(why, why_size,
                 "the chunk is too large: it may have %zu bytes; put fewer frames into one",
                 WN_ARRAY_MAX);
        return false;
    }
    return true;
}
