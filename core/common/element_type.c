/* Element types: size, name, maximum, byte order; and the size of a stack of frames. */
#include "common/element_type.h"

#include <string.h>

size_t wn_type_size(wn_type type)
{
    switch (type) {
    case WN_U8:
    case WN_I8:
        return 1;
    case WN_U16:
    case WN_I16:
        return 2;
    case WN_U32:
    case WN_I32:
    case WN_F32:
        return 4;
    case WN_U64:
    case WN_I64:
    case WN_F64:
        return 8;
    }
    return 0;
}

const char *wn_type_name(wn_type type)
{
    switch (type) {
    case WN_U8:
        return "uint8";
    case WN_U16:
        return "uint16";
    case WN_U32:
        return "uint32";
    case WN_U64:
        return "uint64";
    case WN_I8:
        return "int8";
    case WN_I16:
        return "int16";
    case WN_I32:
        return "int32";
    case WN_I64:
        return "int64";
    case WN_F32:
        return "float32";
    case WN_F64:
        return "float64";
    }
    return "unknown";
}

bool wn_type_is_float(wn_type type)
{
    return type == WN_F32 || type == WN_F64;
}

uint64_t wn_type_maximum(wn_type type)
{
    switch (type) {
    case WN_U8:
        return UINT8_MAX;
    case WN_U16:
        return UINT16_MAX;
    case WN_U32:
        return UINT32_MAX;
    case WN_U64:
        return UINT64_MAX;
    case WN_I8:
        return INT8_MAX;
    case WN_I16:
        return INT16_MAX;
    case WN_I32:
        return INT32_MAX;
    case WN_I64:
        return INT64_MAX;
    case WN_F32:
    case WN_F64:
        break;
    }
    return 0;
}

bool wn_native_big_endian(void)
{
    const uint16_t one = 1;
    return *(const uint8_t *)&one == 0;
}

void wn_swap_elements(const void *src, void *dst, size_t n, size_t size)
{
    const uint8_t *from = src;
    uint8_t *to = dst;
    switch (size) {
    case 2:
        for (size_t i = 0; i < n; i++) {
            uint16_t v;
            memcpy(&v, from + 2 * i, 2);
            v = __builtin_bswap16(v);
            memcpy(to + 2 * i, &v, 2);
        }
        break;
    case 4:
        for (size_t i = 0; i < n; i++) {
            uint32_t v;
            memcpy(&v, from + 4 * i, 4);
            v = __builtin_bswap32(v);
            memcpy(to + 4 * i, &v, 4);
        }
        break;
    case 8:
        for (size_t i = 0; i < n; i++) {
            uint64_t v;
            memcpy(&v, from + 8 * i, 8);
            v = __builtin_bswap64(v);
            memcpy(to + 8 * i, &v, 8);
        }
        break;
    default:
        memmove(dst, src, n * size);
    }
}

/* Each frame has a record in its chunk, which must stay far below 4 GiB. */
#define ARRAY_MAX_FRAMES ((uint32_t)1 << 24)

size_t wn_array_bytes(const wn_array *array)
{
    const size_t factors[] = {array->frames, array->height, array->width};
    size_t bytes = wn_type_size(array->type);
    for (size_t i = 0; i < 3; i++) {
        if (factors[i] == 0 || bytes > WN_ARRAY_MAX / factors[i])
            return 0;
        bytes *= factors[i];
    }
    return array->frames <= ARRAY_MAX_FRAMES ? bytes : 0;
}
