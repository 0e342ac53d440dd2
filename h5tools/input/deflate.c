/* Inflates with libdeflate, which decodes a whole buffer at once. */
#include "input/deflate.h"

#include <libdeflate.h>
#include <string.h>

/* Bytes after the stream are an error. */
bool deflate_decode(const uint8_t *chunk, size_t size, void *dst, size_t bytes)
{
    size_t used = 0;
    struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
    if (!decompressor)
        return false;
    const enum libdeflate_result result =
        libdeflate_zlib_decompress_ex(decompressor, chunk, size, dst, bytes, &used, NULL);
    libdeflate_free_decompressor(decompressor);
    return result == LIBDEFLATE_SUCCESS && used == size;
}

/* element_size must be a constant after inlining. */
static inline void interleave(const uint8_t *restrict planes, size_t n, size_t element_size,
                              uint8_t *restrict dst)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t b = 0; b < element_size; b++)
            dst[i * element_size + b] = planes[b * n + i];
    }
}

void shuffle_decode(const uint8_t *planes, size_t element_size, void *dst, size_t bytes)
{
    switch (element_size) {
    case 1:
        memcpy(dst, planes, bytes);
        break;
    case 2:
        interleave(planes, bytes / 2, 2, dst);
        break;
    case 4:
        interleave(planes, bytes / 4, 4, dst);
        break;
    default:
        interleave(planes, bytes / 8, 8, dst);
    }
}
