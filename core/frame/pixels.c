/* Conversion of pixels of any type to counts (uint32_t) or to doubles, with flagged pixels marked.
 * There is one loop for each integer type, branch-free and vectorised; native uint32 frames without
 * dummy are not copied. */
#include "frame/pixels.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "common/bytes.h"
#include "common/element_type.h"
#include "common/simd.h"

struct pixels wn_pixels_of_frame(const wn_array *array, const void *frame, const uint8_t *valid,
                                 const wn_params *params)
{
    return (struct pixels){
        .type = array->type,
        .size = wn_type_size(array->type),
        .swap = array->big_endian != wn_native_big_endian() && wn_type_size(array->type) > 1,
        .height = array->height,
        .width = array->width,
        .data = frame,
        .valid = valid,
        .has_dummy = params->has_dummy,
        .dummy = params->dummy,
    };
}

/* A segment in the machine's byte order: the frame itself, or a swapped copy. */
static const uint8_t *native_segment(const struct pixels *p, size_t first, size_t n,
                                     uint64_t swapped[SEGMENT])
{
    const uint8_t *segment = p->data + first * p->size;
    if (!p->swap)
        return segment;
    wn_swap_elements(segment, swapped, n, p->size);
    return (const uint8_t *)swapped;
}

/* One converter for each integer type. Without a dummy, the maximum is tested twice instead, which
 * saves a branch. IS_NEGATIVE is constant for unsigned types. */
#define DEFINE_COUNTS(NAME, T, MAXIMUM)                                                            \
    WN_MULTIVERSION                                                                                \
    static void NAME(const uint8_t *segment, size_t n, bool has_dummy, int64_t dummy,              \
                     uint32_t *counts)                                                             \
    {                                                                                              \
        const bool in_type = has_dummy && (int64_t)(T)dummy == dummy;                              \
        const T flag = in_type ? (T)dummy : (MAXIMUM);                                             \
        for (size_t i = 0; i < n; i++) {                                                           \
            T v;                                                                                   \
            memcpy(&v, segment + i * sizeof v, sizeof v);                                          \
            const bool flagged = v == flag || v >= (MAXIMUM) || IS_NEGATIVE(v);                    \
            counts[i] = flagged ? FLAGGED : (uint32_t)v;                                           \
        }                                                                                          \
    }
#define IS_NEGATIVE(v) 0
DEFINE_COUNTS(counts_u8, uint8_t, UINT8_MAX)
DEFINE_COUNTS(counts_u16, uint16_t, UINT16_MAX)
DEFINE_COUNTS(counts_u32, uint32_t, UINT32_MAX)
DEFINE_COUNTS(counts_u64, uint64_t, UINT32_MAX)
#undef IS_NEGATIVE
#define IS_NEGATIVE(v) ((v) < 0)
DEFINE_COUNTS(counts_i8, int8_t, INT8_MAX)
DEFINE_COUNTS(counts_i16, int16_t, INT16_MAX)
DEFINE_COUNTS(counts_i32, int32_t, INT32_MAX)
DEFINE_COUNTS(counts_i64, int64_t, UINT32_MAX)
#undef IS_NEGATIVE

static void read_counts(const struct pixels *p, size_t first, size_t n, uint32_t *buffer)
{
    uint64_t swapped[SEGMENT];
    const uint8_t *segment = native_segment(p, first, n, swapped);
    switch (p->type) {
    case WN_U8:
        counts_u8(segment, n, p->has_dummy, p->dummy, buffer);
        break;
    case WN_U16:
        counts_u16(segment, n, p->has_dummy, p->dummy, buffer);
        break;
    case WN_U32:
        counts_u32(segment, n, p->has_dummy, p->dummy, buffer);
        break;
    case WN_U64:
        counts_u64(segment, n, p->has_dummy, p->dummy, buffer);
        break;
    case WN_I8:
        counts_i8(segment, n, p->has_dummy, p->dummy, buffer);
        break;
    case WN_I16:
        counts_i16(segment, n, p->has_dummy, p->dummy, buffer);
        break;
    case WN_I32:
        counts_i32(segment, n, p->has_dummy, p->dummy, buffer);
        break;
    case WN_I64:
        counts_i64(segment, n, p->has_dummy, p->dummy, buffer);
        break;
    case WN_F32:
    case WN_F64:
        break;
    }
}

WN_MULTIVERSION
static void flag_invalid(const uint8_t *restrict valid, size_t n, uint32_t *restrict counts)
{
    for (size_t i = 0; i < n; i++)
        counts[i] = valid[i] ? counts[i] : FLAGGED;
}

/* Flag the dummy among the counts of a row source. */
static void flag_dummy(const struct pixels *p, size_t n, uint32_t *counts)
{
    if (!p->has_dummy || p->dummy < 0 || p->dummy >= FLAGGED)
        return;
    for (size_t i = 0; i < n; i++)
        counts[i] = counts[i] == (uint32_t)p->dummy ? FLAGGED : counts[i];
}

/* Counts that need no conversion, only the mask. They are copied only if some are not valid, which
 * saves a tenth of the time of spot finding with a mask. */
static const uint32_t *plain_segment(const uint32_t *counts, const uint8_t *valid, size_t n,
                                     uint32_t *buffer)
{
    if (!valid || !memchr(valid, 0, n))
        return counts;
    memcpy(buffer, counts, n * sizeof *buffer);
    flag_invalid(valid, n, buffer);
    return buffer;
}

const uint32_t *wn_pixels_counts(const struct pixels *p, size_t first, size_t n, uint32_t *buffer)
{
    const uint8_t *valid = p->valid ? p->valid + first : NULL;
    if (p->rows) {
        p->rows->counts(p->rows, first, n, buffer);
        flag_dummy(p, n, buffer);
    } else {
        const uint8_t *in_place = p->data + first * sizeof(uint32_t);
        if (p->type == WN_U32 && !p->has_dummy && !p->swap &&
            (uintptr_t)in_place % _Alignof(uint32_t) == 0)
            return plain_segment((const uint32_t *)(const void *)in_place, valid, n, buffer);
        read_counts(p, first, n, buffer);
    }
    if (valid)
        flag_invalid(valid, n, buffer);
    return buffer;
}

static bool float_flagged(const struct pixels *p, double v, double maximum)
{
    return !(fabs(v) < maximum) || (p->has_dummy && v == (double)p->dummy);
}

void wn_pixels_reals(const struct pixels *p, size_t first, size_t n, double *buffer)
{
    if (!wn_type_is_float(p->type)) {
        uint32_t scratch[SEGMENT];
        const uint32_t *counts = wn_pixels_counts(p, first, n, scratch);
        for (size_t i = 0; i < n; i++)
            buffer[i] = counts[i] == FLAGGED ? (double)NAN : counts[i];
        return;
    }
    uint64_t swapped[SEGMENT];
    const uint8_t *segment = native_segment(p, first, n, swapped);
    for (size_t i = 0; i < n; i++) {
        if (p->type == WN_F32) {
            float v;
            memcpy(&v, segment + i * sizeof v, sizeof v);
            buffer[i] = float_flagged(p, v, FLT_MAX) ? (double)NAN : v;
        } else {
            double v;
            memcpy(&v, segment + i * sizeof v, sizeof v);
            buffer[i] = float_flagged(p, v, DBL_MAX) ? (double)NAN : v;
        }
        if (p->valid && !p->valid[first + i])
            buffer[i] = NAN;
    }
}

void wn_pixel_values(const wn_array *array, const void *frame, size_t first, size_t n,
                     double *value)
{
    const wn_params no_dummy = {0};
    const struct pixels p = wn_pixels_of_frame(array, frame, NULL, &no_dummy);
    for (size_t i = 0; i < n; i += SEGMENT)
        wn_pixels_reals(&p, first + i, at_most(n - i, SEGMENT), value + i);
}

bool wn_pixel_is_usable(const struct pixels *p, size_t index)
{
    double value;
    uint32_t count;
    if (!wn_type_is_float(p->type))
        return *wn_pixels_counts(p, index, 1, &count) != FLAGGED;
    wn_pixels_reals(p, index, 1, &value);
    return !isnan(value);
}
