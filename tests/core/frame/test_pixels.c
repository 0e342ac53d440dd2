/* Pixels of every type in both byte orders: which are flagged, and the values of the others. */
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/element_type.h"
#include "frame/pixels.h"
#include "geometry/map.h"
#include "support/unit.h"

#define WIDTH  97
#define HEIGHT 11
#define PIXELS (WIDTH * HEIGHT)

/* A frame, its map, and how it is read. */
struct reading {
    wn_array array;
    wn_params params;
    uint8_t *data, *valid;
    wn_map *map;
    struct pixels pixels;
};

/* Elements that are likely to be treated wrongly, and any others. */
static uint64_t random_element(wn_type type, int32_t dummy, uint64_t *random)
{
    const uint64_t flag = unit_flag(type);
    if (unit_is_float(type)) {
        const double largest = type == WN_F32 ? (double)FLT_MAX : DBL_MAX;
        const double special[] = {NAN,  INFINITY, -INFINITY, largest, -largest, 0,
                                  -0.0, dummy,    -1,        1e-30,   0.5,      largest / 2};
        return unit_bits(type, unit_random(random) % 2 ? special[unit_random(random) % 12]
                                                       : 100 * unit_gauss(random));
    }
    const uint64_t special[] = {
        flag,        flag - 1,     flag + 1,       0,
        1,           UINT64_MAX,   UINT64_MAX - 1, 0xffffffffu,
        0xfffffffeu, 0x100000000u, 0x80000000u,    (uint64_t)dummy,
    };
    const uint64_t bits = unit_random(random) % 2 ? special[unit_random(random) % 12]
                                                  : unit_random(random) >> unit_random(random) % 64;
    return wn_type_size(type) == 8 ? bits : bits & (((uint64_t)1 << 8 * wn_type_size(type)) - 1);
}

static struct reading *reading_of(wn_type type, bool big_endian, bool has_dummy, int32_t dummy,
                                  bool mask, uint64_t *random)
{
    struct reading *r = unit_alloc(sizeof *r);
    r->array = (wn_array){type, big_endian, 1, HEIGHT, WIDTH};
    r->params.has_dummy = has_dummy;
    r->params.dummy = dummy;
    r->data = unit_alloc(wn_array_bytes(&r->array));
    for (size_t i = 0; i < PIXELS; i++)
        unit_put(&r->array, r->data, i, random_element(type, dummy, random));
    r->valid = mask ? unit_alloc(PIXELS) : NULL;
    for (size_t i = 0; mask && i < PIXELS; i++)
        r->valid[i] = unit_random(random) % 4 != 0;
    ck_assert_int_eq(wn_map_create(&r->params, HEIGHT, WIDTH, r->valid, &r->map), WN_OK);
    r->pixels = wn_pixels_of_frame(&r->array, r->data, r->map->valid, &r->params);
    return r;
}

static void reading_free(struct reading *r)
{
    wn_map_free(r->map);
    free(r->data);
    free(r->valid);
    free(r);
}

/* The documented flags, value by value. */
static bool is_flagged(const struct reading *r, size_t i)
{
    const wn_type type = r->array.type;
    const uint64_t bits = unit_get(&r->array, r->data, i);
    if (r->valid && !r->valid[i])
        return true;
    if (unit_is_float(type)) {
        const double value = unit_value(type, bits);
        const double largest = type == WN_F32 ? (double)FLT_MAX : DBL_MAX;
        return isnan(value) || isinf(value) || value == largest || value == -largest ||
               (r->params.has_dummy && value == r->params.dummy);
    }
    if (bits == unit_flag(type))
        return true;
    if (unit_is_signed(type)) {
        const unsigned unused = 64 - 8 * (unsigned)wn_type_size(type);
        const int64_t value = (int64_t)(bits << unused) / ((int64_t)1 << unused);
        return value < 0 || value > 4294967294 || (r->params.has_dummy && value == r->params.dummy);
    }
    return bits > 4294967294u ||
           (r->params.has_dummy && r->params.dummy >= 0 && bits == (uint64_t)r->params.dummy);
}

static void expect_counts(const struct reading *r, size_t first, size_t n)
{
    uint32_t *buffer = malloc(n * sizeof *buffer); /* exactly this size, for the sanitizer */
    ck_assert_ptr_nonnull(buffer);
    const uint32_t *counts = wn_pixels_counts(&r->pixels, first, n, buffer);
    for (size_t i = 0; i < n; i++) {
        const uint64_t bits = unit_get(&r->array, r->data, first + i);
        const bool flagged = is_flagged(r, first + i);
        EXPECT((counts[i] == FLAGGED) == flagged, "%s, pixel %zu: bits %llx",
               wn_type_name(r->array.type), first + i, (unsigned long long)bits);
        EXPECT(flagged || counts[i] == bits, "%s, pixel %zu: bits %llx",
               wn_type_name(r->array.type), first + i, (unsigned long long)bits);
    }
    free(buffer);
}

static void expect_reals(const struct reading *r, size_t first, size_t n)
{
    double *buffer = malloc(n * sizeof *buffer);
    ck_assert_ptr_nonnull(buffer);
    wn_pixels_reals(&r->pixels, first, n, buffer);
    for (size_t i = 0; i < n; i++) {
        const uint64_t bits = unit_get(&r->array, r->data, first + i);
        const bool flagged = is_flagged(r, first + i);
        EXPECT(isnan(buffer[i]) == flagged, "%s, pixel %zu: bits %llx", wn_type_name(r->array.type),
               first + i, (unsigned long long)bits);
        EXPECT(flagged || buffer[i] == unit_value(r->array.type, bits), "%s, pixel %zu: bits %llx",
               wn_type_name(r->array.type), first + i, (unsigned long long)bits);
    }
    free(buffer);
}

static void expect_reading(const struct reading *r, uint64_t *random)
{
    for (size_t i = 0; i < PIXELS; i++)
        EXPECT(pixels_bits(&r->pixels, i) == unit_get(&r->array, r->data, i), "pixel %zu", i);
    for (int k = 0; k < 8; k++) {
        const size_t first = k == 0 ? 0 : (size_t)unit_integer(random, 0, PIXELS - 1);
        const size_t n =
            k == 0 ? PIXELS : (size_t)unit_integer(random, 1, (int64_t)(PIXELS - first));
        if (!unit_is_float(r->array.type))
            expect_counts(r, first, n);
        expect_reals(r, first, n);
    }
}

START_TEST(every_type)
{
    uint64_t random = 1;
    const int32_t dummies[] = {0, -1, -2, 1, 100, 127, 128, 255, 256, 65534, INT32_MAX, INT32_MIN};
    for (size_t t = 0; t < 10; t++) {
        for (int big = 0; big < 2; big++) {
            for (int mask = 0; mask < 2; mask++) {
                struct reading *r = reading_of(unit_types[t], big, false, 77, mask, &random);
                expect_reading(r, &random);
                reading_free(r);
                for (size_t d = 0; d < sizeof dummies / sizeof dummies[0]; d++) {
                    r = reading_of(unit_types[t], big, true, dummies[d], mask, &random);
                    expect_reading(r, &random);
                    reading_free(r);
                }
            }
        }
    }
}
END_TEST

/* Data need not be aligned to their elements. */
START_TEST(any_address)
{
    uint64_t random = 2;
    for (size_t t = 0; t < 10; t++) {
        for (size_t shift = 1; shift < 8; shift++) {
            struct reading *r = reading_of(unit_types[t], t % 2, t % 3 == 0, 5, false, &random);
            const size_t bytes = wn_array_bytes(&r->array);
            uint8_t *moved = malloc(bytes + shift);
            ck_assert_ptr_nonnull(moved);
            memcpy(moved + shift, r->data, bytes);
            r->pixels = wn_pixels_of_frame(&r->array, moved + shift, r->map->valid, &r->params);
            expect_reading(r, &random);
            free(moved);
            reading_free(r);
        }
    }
}
END_TEST

START_TEST(maxima)
{
    const uint64_t maximum[10] = {UINT8_MAX, UINT16_MAX, UINT32_MAX, UINT64_MAX, INT8_MAX,
                                  INT16_MAX, INT32_MAX,  INT64_MAX,  0,          0};
    for (size_t i = 0; i < 10; i++) {
        ck_assert_uint_eq(wn_type_maximum(unit_types[i]), maximum[i]);
        ck_assert_int_eq(wn_type_is_float(unit_types[i]), i >= 8);
    }
}
END_TEST

START_TEST(swapping)
{
    uint64_t random = 3;
    const size_t sizes[] = {1, 2, 4, 8};
    for (size_t k = 0; k < 4; k++) {
        for (size_t n = 0; n < 40; n++) {
            const size_t bytes = n * sizes[k];
            uint8_t random_bytes[40 * 8];
            for (size_t i = 0; i < bytes; i++)
                random_bytes[i] = (uint8_t)unit_random(&random);
            uint8_t *src = unit_copy(random_bytes, bytes), *dst = unit_copy(src, bytes);
            uint8_t *in_place = unit_copy(src, bytes);
            wn_swap_elements(src, dst, n, sizes[k]);
            wn_swap_elements(in_place, in_place, n, sizes[k]);
            for (size_t i = 0; i < bytes; i++) {
                const size_t mirrored = i - i % sizes[k] + sizes[k] - 1 - i % sizes[k];
                EXPECT(dst[i] == src[mirrored] && in_place[i] == dst[i], "byte %zu of %zu", i,
                       sizes[k]);
            }
            free(src);
            free(dst);
            free(in_place);
        }
    }
}
END_TEST

UNIT_MAIN(every_type, any_address, maxima, swapping)
