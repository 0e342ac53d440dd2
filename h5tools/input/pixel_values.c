/*
 * Conversion in blocks through wn_pixel_values(), so that only a small buffer of doubles is needed.
 */
#include "input/pixel_values.h"

#include <math.h>
#include <string.h>

/* Pixels converted at once. */
#define BLOCK_PIXELS 1024

/* Floats beyond this are not counts and would spoil sums. */
#define FLOAT_MAX 1e30

/* Larger counts are flagged, whatever the type. */
#define COUNT_MAX 4294967294.0

void pixel_values_read(const wn_array *array, const void *frame, float *value)
{
    const size_t pixels = (size_t)array->height * array->width;
    double row[BLOCK_PIXELS];
    for (size_t first = 0; first < pixels; first += BLOCK_PIXELS) {
        size_t n = pixels - first;
        if (n > BLOCK_PIXELS)
            n = BLOCK_PIXELS;
        wn_pixel_values(array, frame, first, n, row);
        for (size_t i = 0; i < n; i++)
            value[first + i] = isnan(row[i]) ? 0 : (float)fmax(fmin(row[i], FLOAT_MAX), -FLOAT_MAX);
    }
}

static bool is_signed(wn_type type)
{
    return type == WN_I8 || type == WN_I16 || type == WN_I32 || type == WN_I64;
}

double pixel_value_highest(wn_type type)
{
    if (wn_type_is_float(type))
        return FLOAT_MAX;
    const int bits = 8 * (int)wn_type_size(type) - (is_signed(type) ? 1 : 0);
    return fmin(ldexp(1, bits) - 2, COUNT_MAX);
}

static uint64_t bits_of(wn_type type, double value)
{
    const float rounded = (float)value;
    uint64_t bits64;
    uint32_t bits32;
    if (type == WN_F64) {
        memcpy(&bits64, &value, sizeof bits64);
        return bits64;
    }
    if (type == WN_F32) {
        memcpy(&bits32, &rounded, sizeof bits32);
        return bits32;
    }
    return (uint64_t)value;
}

void pixel_value_write(const wn_array *array, void *frame, size_t pixel, double value)
{
    const size_t size = wn_type_size(array->type);
    uint8_t *element = (uint8_t *)frame + pixel * size;
    const uint64_t bits = bits_of(array->type, value);
    for (size_t i = 0; i < size; i++)
        element[i] = (uint8_t)(bits >> 8 * (array->big_endian ? size - 1 - i : i));
}
