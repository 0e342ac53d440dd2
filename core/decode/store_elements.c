/* Stores of elements by memcpy(), as frames need not be aligned. */
#include "decode/store_elements.h"

#include <string.h>

uint32_t *wn_counts_in_place(wn_type type, void *dst, size_t first, uint32_t *buffer)
{
    const bool alike = type == WN_U32 || type == WN_I32;
    const bool aligned = (uintptr_t)dst % _Alignof(uint32_t) == 0;
    return alike && aligned ? (uint32_t *)dst + first : buffer;
}

void wn_store_counts(const uint32_t *count, size_t n, size_t element_size, void *dst, size_t first)
{
    uint8_t *to = (uint8_t *)dst + first * element_size;
    switch (element_size) {
    case 1:
        for (size_t i = 0; i < n; i++)
            to[i] = (uint8_t)count[i];
        break;
    case 2:
        for (size_t i = 0; i < n; i++) {
            const uint16_t v = (uint16_t)count[i];
            memcpy(to + 2 * i, &v, sizeof v);
        }
        break;
    case 4:
        memcpy(to, count, 4 * n);
        break;
    default:
        for (size_t i = 0; i < n; i++) {
            const uint64_t v = count[i];
            memcpy(to + 8 * i, &v, sizeof v);
        }
    }
}

void wn_store_bits(uint64_t bits, size_t element_size, void *dst, size_t index)
{
    uint8_t *to = (uint8_t *)dst + index * element_size;
    const uint8_t v8 = (uint8_t)bits;
    const uint16_t v16 = (uint16_t)bits;
    const uint32_t v32 = (uint32_t)bits;
    switch (element_size) {
    case 1:
        *to = v8;
        break;
    case 2:
        memcpy(to, &v16, sizeof v16);
        break;
    case 4:
        memcpy(to, &v32, sizeof v32);
        break;
    default:
        memcpy(to, &bits, sizeof bits);
    }
}
