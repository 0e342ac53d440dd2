#include "input/pixel_values.h"

#include <math.h>
#include <string.h>

/* Pixels that are converted at once. */
#define ROW 1024

/* Floats beyond this are no counts, and would spoil all sums. */
#define HIGHEST 1e30

/* Larger counts are flagged, whatever the type can hold. */
#define HIGHEST_COUNT 4294967294.0

void pixel_values_read(const wn_array *array, const void *frame, float *value)
{
    const size_t pixels = (size_t)array->height * array->width;
    double row[ROW];
    for (size_t first = 0; first < pixels; first += ROW) {
        size_t n = pixels - first;
        if (n > ROW)
            n = ROW;
        wn_pixel_values(array, frame, first, n, row);
        for (size_t i = 0; i < n; i++)
            value[first + i] = isnan(row[i]) ? 0 : (float)fmax(fmin(row[i], HIGHEST), -HIGHEST);
    }
}

static bool is_signed(wn_type type)
{
    return type == WN_I8 || type == WN_I16 || type == WN_I32 || type == WN_I64;
}

double pixel_value_highest(wn_type type)
{
    if (wn_type_is_float(type))
        return HIGHEST;
    const int bits = 8 * (int)wn_type_size(type) - (is_signed(type) ? 1 : 0);
    return fmin(ldexp(1, bits) - 2, HIGHEST_COUNT);
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
