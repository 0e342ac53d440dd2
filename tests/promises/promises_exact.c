/* P1: kept pixels are exact. P2: flagged pixels are exact. */
#include <check.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/bytes.h"
#include "common/element_type.h"
#include "frame/pixels.h"
#include "promises/promises.h"
#include "support/unit.h"

/* ---- P1 ------------------------------------------------------------------------------------ */

static void kept_pixels_are_exact(const wn_params *params, wn_type type, bool big_endian)
{
    const size_t size = wn_type_size(type);
    wn_array array = one;
    array.type = type;
    array.big_endian = big_endian;
    uint8_t *raw = convert(frame_of_series(0), type, big_endian);
    /* Counts that float32 cannot hold: odd numbers above 2^24, within the type. */
    for (size_t i = 0; size >= 4 && !wn_type_is_float(type) && i < 1000; i++) {
        const size_t pixel = random_bits() % frame_pixels;
        uint32_t v = 0x01000001u + 2 * (uint32_t)(random_bits() % 0x3000000u);
        uint64_t bits = v;
        if (wn_native_big_endian())
            bits <<= 8 * (8 - size);
        memcpy(raw + pixel * size, &bits, size);
        if (big_endian != wn_native_big_endian())
            wn_swap_elements(raw + pixel * size, raw + pixel * size, 1, size);
    }
    wn_map *map = map_of(params, &array);
    wn_separation *separation;
    ck_assert_int_eq(wn_separate(map, params, &array, raw, 1, &separation), WN_OK);
    ck_assert_uint_gt(separation->kept, 1000);
    struct chunk chunk = encode(map, params, &array, raw);
    const wn_frame_info info = first_frame(&chunk);
    const wn_form form = params->keep == WN_KEEP_ALL ? WN_FORM_COUNTED : WN_FORM_SEPARATED;
    ck_assert_msg(info.form == form, "%s, pick %d", wn_type_name(type), params->pick);
    ck_assert_uint_eq(info.kept, separation->kept);
    ck_assert(form == WN_FORM_SEPARATED || info.kept + info.flagged == frame_pixels);
    for (wn_noise noise = WN_NOISE_ON; noise <= WN_NOISE_OFF; noise++) {
        uint8_t *back = decode(map, &chunk, &array, noise, 1);
        for (size_t i = 0; i < separation->kept; i++) {
            const size_t at = separation->kept_index[i] * size;
            EXPECT(memcmp(back + at, raw + at, size) == 0, "%s: kept pixel %zu differs",
                   wn_type_name(type), (size_t)separation->kept_index[i]);
        }
        free(back);
    }
    wn_separation_free(separation);
    wn_map_free(map);
    free(chunk.bytes);
    free(raw);
}

START_TEST(P1_signal_is_exact)
{
    wn_params params[4] = {radial, radial};
    params[1].pick = 300;
    params[1].noise_floor = 100;
    wn_params_init(&params[2]);
    wn_params_init(&params[3]);
    params[3].pick = 300;
    for (size_t t = 0; t < TYPES; t++) {
        for (size_t p = 0; p < 4; p++)
            kept_pixels_are_exact(&params[p], all_types[t], false);
        kept_pixels_are_exact(&params[0], all_types[t], true);
        for (size_t form = 0; form < FORMS && t < INTEGERS; form++) {
            const wn_params other = with_form(&params[form % 2 ? 2 : 0], form);
            kept_pixels_are_exact(&other, all_types[t], (t + form) % 2);
        }
    }
}
END_TEST

/* ---- P2 ------------------------------------------------------------------------------------ */

/* Bits that flag a pixel of a type; the last one is the dummy. */
#define DUMMY 120
static size_t flags_of(wn_type type, uint64_t flag[8])
{
    const double f64[] = {NAN, -NAN, INFINITY, -INFINITY, DBL_MAX, -DBL_MAX, DUMMY};
    const float f32[] = {NAN, -NAN, INFINITY, -INFINITY, FLT_MAX, -FLT_MAX, DUMMY};
    const unsigned bits = 8 * (unsigned)wn_type_size(type);
    size_t n = 0;
    if (wn_type_is_float(type)) {
        for (; n < 7; n++) {
            uint32_t word;
            memcpy(&word, &f32[n], sizeof word);
            memcpy(&flag[n], &f64[n], sizeof flag[n]);
            flag[n] = type == WN_F32 ? word : flag[n];
        }
        return n;
    }
    const uint64_t mask = bits == 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1;
    flag[n++] = wn_type_maximum(type);
    if ((int)type >= 200) {
        flag[n++] = mask;            /* -1 */
        flag[n++] = mask - 1;        /* -2 */
        flag[n++] = (mask >> 1) + 1; /* the minimum */
    }
    if (bits == 64)
        flag[n++] = (uint64_t)1 << 40; /* beyond what is counted */
    flag[n++] = DUMMY;
    return n;
}

/* A frame with all flags of its type at positions that vary with k; *flagged marks them. */
static uint8_t *frame_with_flags(size_t k, wn_type type, bool *flagged)
{
    const size_t size = wn_type_size(type);
    uint64_t flag[8];
    const size_t flags = flags_of(type, flag);
    uint8_t *raw = convert(frame_of_series(k), type, false);
    for (size_t i = 0; i < frame_pixels; i++)
        flagged[i] = frame_of_series(k)[i] == UINT32_MAX;
    for (size_t i = 0; i < 20000; i++) {
        const size_t pixel = random_bits() % frame_pixels, length = 1 + random_bits() % 5;
        uint64_t bits = flag[random_bits() % flags];
        if (wn_native_big_endian())
            bits <<= 8 * (8 - size);
        for (size_t j = pixel; j < pixel + length && j < frame_pixels; j++) {
            memcpy(raw + j * size, &bits, size);
            flagged[j] = true;
        }
    }
    return raw;
}

static void flags_are_exact(wn_type type, size_t k, const wn_params *params)
{
    const size_t size = wn_type_size(type);
    wn_array array = one;
    array.type = type;
    bool *flagged = malloc(frame_pixels * sizeof *flagged);
    ck_assert_ptr_nonnull(flagged);
    uint8_t *raw = frame_with_flags(k, type, flagged);
    wn_map *map = map_of(params, &array);
    struct chunk chunk = encode(map, params, &array, raw);
    ck_assert_int_eq(first_frame(&chunk).form,
                     params->keep == WN_KEEP_ALL ? WN_FORM_COUNTED : WN_FORM_SEPARATED);
    uint8_t *back = decode(map, &chunk, &array, WN_NOISE_ON, 1);
    for (size_t i = 0; i < frame_pixels; i++) {
        EXPECT(!flagged[i] || memcmp(back + i * size, raw + i * size, size) == 0,
               "%s: flagged pixel %zu differs", wn_type_name(type), i);
    }
    free(back);
    free(chunk.bytes);
    wn_map_free(map);
    free(flagged);
    free(raw);
}

START_TEST(P2_flags_are_exact)
{
    for (size_t t = 0; t < TYPES; t++) {
        wn_params params = radial;
        params.pick = 300;
        params.has_dummy = true;
        params.dummy = DUMMY;
        /* From frame to frame other pixels are flagged, and with other values. */
        for (size_t k = 0; k < 2; k++)
            flags_are_exact(all_types[t], k, &params);
        for (size_t k = 0; k < 3 && t < INTEGERS; k++) {
            const wn_params other = with_form(&params, (t + 2 * k) % FORMS);
            flags_are_exact(all_types[t], k, &other);
        }
    }
}
END_TEST

/* A dummy that the background can reach must not appear where it was not. */
static void dummy_is_not_made_up(const wn_params *params)
{
    wn_map *map = map_of(params, &one);
    const uint32_t *raw = frame_of_series(0), dummy = (uint32_t)params->dummy;
    struct chunk chunk = encode(map, params, &one, raw);
    for (wn_noise noise = WN_NOISE_ON; noise <= WN_NOISE_OFF; noise++) {
        uint8_t *bytes = decode(map, &chunk, &one, noise, 1);
        const uint32_t *back = (const uint32_t *)(const void *)bytes;
        for (size_t i = 0; i < frame_pixels; i++)
            EXPECT((back[i] == dummy) == (raw[i] == dummy), "dummy %u, pixel %zu", (unsigned)dummy,
                   i);
        free(bytes);
    }
    wn_map_free(map);
    free(chunk.bytes);
}

START_TEST(P2_the_dummy_is_not_made_up)
{
    wn_params params = radial;
    params.pick = 300;
    params.has_dummy = true;
    for (params.dummy = 0; params.dummy <= 12; params.dummy += 3) {
        dummy_is_not_made_up(&params);
        for (size_t form = 0; form < FORMS; form++) {
            const wn_params other = with_form(&params, form);
            dummy_is_not_made_up(&other);
        }
    }
}
END_TEST

/* ---- cases --------------------------------------------------------------------------------- */

void add_tests_of_signal(TCase *tests)
{
    tcase_add_test(tests, P1_signal_is_exact);
}

void add_tests_of_flags(TCase *tests)
{
    tcase_add_test(tests, P2_flags_are_exact);
    tcase_add_test(tests, P2_the_dummy_is_not_made_up);
}
