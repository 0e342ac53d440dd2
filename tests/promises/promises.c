/* The promises of the design, P1 to P9, one test case each. P1 to P3 and P9 are in files of their
 * own.
 *
 * Runs on a series of make_series (environment WINNOW_SERIES) and on the golden chunks
 * (WINNOW_GOLDEN). */
#include <check.h>
#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/bytes.h"
#include "common/element_type.h"
#include "frame/pixels.h"
#include "promises/promises.h"
#include "support/unit.h"

/* ---- P4 ------------------------------------------------------------------------------------ */

/* Whatever number of threads, whatever map, whatever address: the same frame. */
static void reads_the_same(const wn_map *map, const struct chunk *chunk, const wn_array *array,
                           const uint8_t *first)
{
    const size_t bytes = wn_array_bytes(array);
    for (int threads = 1; threads <= 5; threads++) {
        uint8_t *other = decode(threads % 2 ? map : NULL, chunk, array, WN_NOISE_ON, threads);
        ck_assert_mem_eq(first, other, bytes);
        free(other);
    }
    uint8_t *odd = malloc(bytes + 1);
    ck_assert_ptr_nonnull(odd);
    ck_assert_int_eq(
        wn_decode(map, chunk->bytes, chunk->size, array, WN_NOISE_ON, 1, odd + 1, bytes), WN_OK);
    ck_assert_mem_eq(first, odd + 1, bytes);
    free(odd);
}

/* Encoded with any number of threads, the chunk is the same. */
static void writes_the_same(const wn_map *map, const wn_params *params, const wn_array *array,
                            const uint8_t *raw, const struct chunk *chunk)
{
    const size_t bound = wn_encode_bound(array);
    uint8_t *again = malloc(bound);
    ck_assert_ptr_nonnull(again);
    for (int threads = 2; threads <= 4; threads++) {
        size_t size;
        ck_assert_int_eq(wn_encode(map, params, array, raw, threads, again, bound, &size), WN_OK);
        ck_assert_uint_eq(size, chunk->size);
        ck_assert_mem_eq(again, chunk->bytes, size);
    }
    free(again);
}

/* A frame in the other byte order gives the same values. */
static void byte_order_is_nothing(const wn_map *map, const wn_params *params, const wn_array *array,
                                  const uint8_t *raw, const uint8_t *first)
{
    const size_t bytes = wn_array_bytes(array), size = wn_type_size(array->type);
    wn_array other = *array;
    other.big_endian = !array->big_endian;
    uint8_t *swapped = malloc(bytes);
    ck_assert_ptr_nonnull(swapped);
    wn_swap_elements(raw, swapped, bytes / size, size);
    struct chunk chunk = encode(map, params, &other, swapped);
    uint8_t *back = decode(map, &chunk, &other, WN_NOISE_ON, 1);
    wn_swap_elements(back, back, bytes / size, size);
    ck_assert_mem_eq(first, back, bytes);
    free(back);
    free(swapped);
    free(chunk.bytes);
}

static void reading_is_deterministic(wn_type type, const wn_params *params)
{
    wn_array array = one;
    array.type = type;
    uint8_t *raw = convert(frame_of_series(0), type, false);
    wn_map *map = map_of(params, &array);
    struct chunk chunk = encode(map, params, &array, raw);
    uint8_t *first = decode(map, &chunk, &array, WN_NOISE_ON, 1);
    reads_the_same(map, &chunk, &array, first);
    writes_the_same(map, params, &array, raw, &chunk);
    byte_order_is_nothing(map, params, &array, raw, first);
    free(first);
    wn_map_free(map);
    free(chunk.bytes);
    free(raw);
}

START_TEST(P4_reading_is_deterministic)
{
    const wn_type types[] = {WN_U32, WN_I16, WN_U8, WN_U64, WN_F32, WN_F64};
    for (size_t t = 0; t < sizeof types / sizeof types[0]; t++)
        reading_is_deterministic(types[t], &radial);
    for (size_t form = 0; form < FORMS; form++) {
        const wn_params params = with_form(&radial, form);
        reading_is_deterministic(types[form % 4], &params);
        reading_is_deterministic(types[(form + 2) % 4], &params);
    }
}
END_TEST

/* ---- P5 ------------------------------------------------------------------------------------ */

START_TEST(P5_a_chunk_stands_alone)
{
    wn_params other = radial;
    other.centre_x += 200000;
    other.bins = 100;
    wn_map *map = map_of(&radial, &one), *wrong = map_of(&other, &one);
    struct chunk chunk = encode(map, &radial, &one, frame_of_series(0));
    ck_assert(wn_map_fits(map, chunk.bytes, chunk.size));
    ck_assert(!wn_map_fits(wrong, chunk.bytes, chunk.size));
    uint8_t *expected = decode(map, &chunk, &one, WN_NOISE_ON, 1);
    /* With nothing but its bytes, and with the map of another geometry. */
    uint8_t *alone = decode(NULL, &chunk, &one, WN_NOISE_ON, 1);
    uint8_t *misled = decode(wrong, &chunk, &one, WN_NOISE_ON, 1);
    ck_assert_mem_eq(expected, alone, wn_array_bytes(&one));
    ck_assert_mem_eq(expected, misled, wn_array_bytes(&one));
    free(expected);
    free(alone);
    free(misled);
    free(chunk.bytes);
    wn_map_free(map);
    wn_map_free(wrong);
}
END_TEST

/* ---- P6 ------------------------------------------------------------------------------------ */

/* A small chunk, so that every damage can be tried. */
static struct chunk small_chunk(const wn_params *params, wn_array *array)
{
    *array = (wn_array){WN_U32, wn_native_big_endian(), 1, 64, 64};
    uint32_t frame[64 * 64];
    for (size_t i = 0; i < 64 * 64; i++)
        frame[i] = i % 500 == 7 ? 1000 : (uint32_t)(random_bits() % 4);
    wn_map *map = map_of(params, array);
    struct chunk chunk = encode(map, params, array, frame);
    ck_assert_int_eq(first_frame(&chunk).form,
                     params->keep == WN_KEEP_ALL ? WN_FORM_COUNTED : WN_FORM_SEPARATED);
    wn_map_free(map);
    return chunk;
}

static void must_fail(const uint8_t *bytes, size_t size, const wn_array *array)
{
    /* Exactly as large as it may be, so that a sanitizer sees a byte too many. */
    uint8_t *copy = malloc(size ? size : 1), *frames = malloc(wn_array_bytes(array));
    ck_assert(copy && frames);
    memcpy(copy, bytes, size);
    ck_assert_int_ne(
        wn_decode(NULL, copy, size, array, WN_NOISE_ON, 1, frames, wn_array_bytes(array)), WN_OK);
    wn_chunk_info info;
    ck_assert_int_ne(wn_chunk_inspect(copy, size, &info), WN_OK);
    free(copy);
    free(frames);
}

static void damage_is_found(const wn_params *params)
{
    wn_array array;
    struct chunk chunk = small_chunk(params, &array);
    for (size_t size = 0; size < chunk.size; size++)
        must_fail(chunk.bytes, size, &array);
    for (size_t bit = 0; bit < 8 * chunk.size; bit++) {
        chunk.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        must_fail(chunk.bytes, chunk.size, &array);
        chunk.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t i = 0; i < 20000; i++) {
        struct chunk damaged = {malloc(chunk.size), chunk.size};
        ck_assert_ptr_nonnull(damaged.bytes);
        memcpy(damaged.bytes, chunk.bytes, chunk.size);
        const size_t from = random_bits() % chunk.size;
        const size_t length = 1 + random_bits() % (chunk.size - from);
        for (size_t j = from; j < from + length; j++)
            damaged.bytes[j] = (uint8_t)random_bits();
        if (memcmp(damaged.bytes, chunk.bytes, chunk.size) != 0)
            must_fail(damaged.bytes, damaged.size, &array);
        free(damaged.bytes);
    }
    /* A chunk of another shape or type is never taken for what was asked for. */
    wn_array other = array;
    other.width = 128;
    other.height = 32;
    uint8_t *frames = malloc(wn_array_bytes(&other));
    ck_assert_ptr_nonnull(frames);
    ck_assert_int_eq(wn_decode(NULL, chunk.bytes, chunk.size, &other, WN_NOISE_ON, 1, frames,
                               wn_array_bytes(&other)),
                     WN_ERR_MISMATCH);
    other = array;
    other.type = WN_I32;
    ck_assert_int_eq(wn_decode(NULL, chunk.bytes, chunk.size, &other, WN_NOISE_ON, 1, frames,
                               wn_array_bytes(&other)),
                     WN_ERR_MISMATCH);
    free(frames);
    free(chunk.bytes);
}

START_TEST(P6_damage_is_found)
{
    const wn_params params = {.pick = 300};
    damage_is_found(&params);
    for (size_t form = 0; form < FORMS; form++) {
        const wn_params other = with_form(&params, form);
        damage_is_found(&other);
    }
}
END_TEST

/* ---- P7 ------------------------------------------------------------------------------------ */

/* What a chunk costs on top of frames that cannot be compressed. */
#define HEADER 40
#define RECORD 13

/* Random bits, and what is as unlike counts: a slope, and pixels every other of which is flagged.
 */
enum { BITS, SLOPE, CHECKS, CONTENTS };

static uint8_t *fill_frames(const wn_array *array, int contents)
{
    const size_t bytes = wn_array_bytes(array), size = wn_type_size(array->type);
    uint8_t *raw = malloc(bytes);
    ck_assert_ptr_nonnull(raw);
    for (size_t i = 0; i < bytes; i++)
        raw[i] = (uint8_t)random_bits();
    for (size_t i = 0; contents != BITS && i < bytes / size; i++) {
        const bool real = wn_type_is_float(array->type);
        const uint64_t flag = real ? UINT64_MAX : wn_type_maximum(array->type);
        const uint64_t bits = contents == CHECKS && i % 2 ? flag : i * 2654435761u >> 7 & flag;
        for (size_t k = 0; k < size; k++)
            raw[i * size + k] = (uint8_t)(bits >> 8 * k);
    }
    return raw;
}

static void is_not_bigger(const wn_params *params, const wn_array *array, int contents)
{
    const size_t bytes = wn_array_bytes(array);
    uint8_t *raw = fill_frames(array, contents);
    wn_map *map = map_of(params, array);
    struct chunk chunk = encode(map, params, array, raw);
    ck_assert_uint_le(chunk.size, bytes + HEADER + 2 * RECORD);
    /* And nothing is lost where nothing can be gained. */
    if (first_frame(&chunk).form != WN_FORM_SEPARATED) {
        uint8_t *back = decode(NULL, &chunk, array, WN_NOISE_ON, 1);
        ck_assert_mem_eq(back, raw, bytes / 2);
        free(back);
    }
    free(chunk.bytes);
    wn_map_free(map);
    free(raw);
}

START_TEST(P7_it_never_makes_a_file_bigger)
{
    const wn_params params = {0};
    for (size_t t = 0; t < TYPES; t++) {
        for (uint32_t edge = 1; edge <= 200; edge += edge < 10 ? 1 : 63) {
            const wn_array array = {all_types[t], false, 2, edge, edge};
            for (int contents = 0; contents < CONTENTS; contents++) {
                is_not_bigger(&params, &array, contents);
                const wn_params other = with_form(&params, (t + edge) % FORMS);
                if (t < INTEGERS)
                    is_not_bigger(&other, &array, contents);
            }
        }
    }
}
END_TEST

/* ---- P8 ------------------------------------------------------------------------------------ */

START_TEST(P8_old_files_stay_readable)
{
    const char *dir = getenv("WINNOW_GOLDEN"), *program = getenv("WINNOW_GOLDEN_PROGRAM");
    ck_assert_msg(dir && program, "set WINNOW_GOLDEN and WINNOW_GOLDEN_PROGRAM");
    char command[4096];
    snprintf(command, sizeof command, "%s %s", program, dir);
    ck_assert_int_eq(system(command), 0);

    /* The version stands in every chunk and every parameter list, and newer ones are refused. */
    wn_array array;
    wn_params params = {.pick = 300};
    struct chunk chunk = small_chunk(&params, &array);
    wn_chunk_info info;
    ck_assert_int_eq(wn_chunk_inspect(chunk.bytes, chunk.size, &info), WN_OK);
    ck_assert_uint_eq(info.version, WN_FORMAT_VERSION);
    chunk.bytes[4] = WN_FORMAT_VERSION + 1;
    ck_assert_int_eq(wn_chunk_inspect(chunk.bytes, chunk.size, &info), WN_ERR_VERSION);
    free(chunk.bytes);
    uint32_t cd[WN_CD_VALUES];
    wn_params_to_cd(&params, cd);
    ck_assert_uint_eq(cd[0], WN_PARAMS_VERSION);
    cd[0]++;
    ck_assert_int_eq(wn_params_from_cd(cd, WN_CD_VALUES, &params, NULL, 0), WN_ERR_VERSION);
}
END_TEST

/* A case per promise, which CK_RUN_CASE=P1 and so on runs alone. */
static TCase *promise(Suite *suite, const char *name)
{
    TCase *tests = tcase_create(name);
    tcase_add_unchecked_fixture(tests, open_series, close_series);
    tcase_set_timeout(tests, 600);
    suite_add_tcase(suite, tests);
    return tests;
}

static Suite *promises(void)
{
    Suite *suite = suite_create("promises");
    add_tests_of_signal(promise(suite, "P1"));
    add_tests_of_flags(promise(suite, "P2"));
    add_tests_of_background(promise(suite, "P3"));
    tcase_add_test(promise(suite, "P4"), P4_reading_is_deterministic);
    tcase_add_test(promise(suite, "P5"), P5_a_chunk_stands_alone);
    tcase_add_test(promise(suite, "P6"), P6_damage_is_found);
    tcase_add_test(promise(suite, "P7"), P7_it_never_makes_a_file_bigger);
    tcase_add_test(promise(suite, "P8"), P8_old_files_stay_readable);
    add_tests_of_blocks(promise(suite, "P9"));
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(promises());
    srunner_run_all(runner, CK_VERBOSE);
    const bool none = srunner_ntests_run(runner) == 0;
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    if (none)
        fprintf(stderr, "promises: no such case\n");
    return failed != 0 || none;
}
