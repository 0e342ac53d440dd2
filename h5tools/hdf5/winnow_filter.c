/*
 * Registers a decoder with H5Zregister() under the number of the winnow filter; it calls
 * wn_decode().
 */
#include "hdf5/winnow_filter.h"

#include <stdint.h>

static wn_noise decode_noise = WN_NOISE_AS_STORED;

/* Decodes a chunk (H5Z_func_t). Encoding needs a geometry and mask that a filter does not know, and
 * is done elsewhere. */
static size_t decode_chunk(unsigned flags, size_t n, const unsigned *cd, size_t bytes, size_t *size,
                           void **buffer)
{
    wn_array array;
    if (!(flags & H5Z_FLAG_REVERSE) || wn_array_from_cd(cd, n, &array) != WN_OK)
        return 0;
    const size_t restored = wn_array_bytes(&array);
    void *frames = H5allocate_memory(restored, false);
    if (!frames ||
        wn_decode(NULL, *buffer, bytes, &array, decode_noise, 1, frames, restored) != WN_OK) {
        H5free_memory(frames);
        return 0;
    }
    H5free_memory(*buffer);
    *buffer = frames;
    *size = restored;
    return restored;
}

bool winnow_filter_register(wn_noise noise)
{
    static const H5Z_class2_t class = {
        .version = H5Z_CLASS_T_VERS,
        .id = WN_FILTER_ID,
        .encoder_present = 1,
        .decoder_present = 1,
        .name = WN_FILTER_NAME,
        .filter = decode_chunk,
    };
    decode_noise = noise;
    return H5Zregister(&class) >= 0;
}

bool winnow_filter_add(hid_t properties, const wn_params *params, const wn_array *array)
{
    uint32_t cd[WN_CD_VALUES];
    unsigned values[WN_CD_VALUES];
    wn_params_to_cd(params, cd);
    wn_array_to_cd(array, cd);
    for (int i = 0; i < WN_CD_VALUES; i++)
        values[i] = cd[i];
    return H5Pset_filter(properties, WN_FILTER_ID, H5Z_FLAG_MANDATORY, WN_CD_VALUES, values) >= 0;
}
