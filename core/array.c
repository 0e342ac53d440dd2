/* Element types and the size of a stack of frames. */
#include "winnow.h"

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

bool wn_native_big_endian(void)
{
    const uint16_t one = 1;
    return *(const uint8_t *)&one == 0;
}

/* Each frame has a record in its chunk, which must stay far below 4 GiB. */
#define MOST_FRAMES ((uint32_t)1 << 24)

size_t wn_array_bytes(const wn_array *array)
{
    const size_t factors[] = {array->frames, array->height, array->width};
    size_t bytes = wn_type_size(array->type);
    for (size_t i = 0; i < 3; i++) {
        if (factors[i] == 0 || bytes > WN_ARRAY_MAX / factors[i])
            return 0;
        bytes *= factors[i];
    }
    return array->frames <= MOST_FRAMES ? bytes : 0;
}
