/* The bytes of a chunk, and what it does not depend on; frames still being written; buffer sizes,
 * wrong arguments, maps. */
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "core/encode/test_chunks.h"
#include "support/unit.h"

/* ---- bytes --------------------------------------------------------------------------------- */

/* The header, the records and the end, as the document has them. */
START_TEST(layout)
{
    struct coded c = example(WN_I32, true, 3);
    const uint8_t magic[] = {'W', 'N', 'W', 0x1a};
    ck_assert_mem_eq(c.chunk, magic, 4);
    ck_assert_uint_eq(c.chunk[4], 1);
    ck_assert_uint_eq(c.chunk[5], 1 + 2 + 4);
    ck_assert_uint_eq(number_at(c.chunk + 6, 2), 232);
    ck_assert_uint_eq(number_at(c.chunk + 8, 4), 3);
    ck_assert_uint_eq(number_at(c.chunk + 12, 4), 96);
    ck_assert_uint_eq(number_at(c.chunk + 16, 4), 80);
    ck_assert_uint_eq(number_at(c.chunk + 20, 4), c.size);
    ck_assert_uint_eq(number_at(c.chunk + 24, 8), XXH64(c.chunk + 32, c.size - 40, 0));
    ck_assert_uint_eq(number_at(c.chunk + c.size - 8, 8), XXH64(c.chunk, c.size - 8, 0));
    ck_assert_uint_eq(c.chunk[32], 2); /* tiles */
    ck_assert_uint_eq(number_at(c.chunk + 36, 4), 64);
    size_t at = 88;
    for (uint32_t i = 0; i < 3; i++) {
        const wn_frame_info info = frame_info(&c, i);
        ck_assert_uint_eq(c.chunk[at], info.form);
        ck_assert_uint_eq(number_at(c.chunk + at + 1, 4), info.bytes);
        ck_assert_uint_eq(number_at(c.chunk + at + 5, 4), info.kept);
        ck_assert_uint_eq(number_at(c.chunk + at + 9, 4), info.flagged);
        ck_assert_int_eq(info.form, WN_FORM_SEPARATED);
        at += 13 + info.bytes;
    }
    ck_assert_uint_eq(at + 8, c.size);
    wn_frame_info info[4] = {{.kept = 77}};
    ck_assert_int_eq(wn_chunk_frames(c.chunk, c.size, 4, info), WN_ERR_ARGUMENT);
    ck_assert_uint_eq(info[0].kept, 77);

    wn_chunk_info chunk;
    ck_assert_int_eq(wn_chunk_inspect(c.chunk, c.size, &chunk), WN_OK);
    ck_assert_uint_eq(chunk.version, 1);
    ck_assert(chunk.array.type == WN_I32 && chunk.array.big_endian && chunk.array.frames == 3 &&
              chunk.array.height == 96 && chunk.array.width == 80);
    ck_assert_int_eq(chunk.model, WN_MODEL_TILES);
    ck_assert(chunk.noise);
    ck_assert_uint_eq(chunk.seed, number_at(c.chunk + 24, 8));
    coded_free(&c);
}
END_TEST

START_TEST(nothing_separated)
{
    uint64_t random = 4;
    const wn_array a = {WN_U32, false, 2, 30, 40};
    const wn_params p = {.plain_mean = true};
    uint8_t *src = unit_alloc(wn_array_bytes(&a));
    for (size_t i = 0; i < wn_array_bytes(&a); i++)
        src[i] = (uint8_t)unit_random(&random);
    struct coded c = encode(&a, &p, src);
    ck_assert_int_eq(form_of(&c, 0), WN_FORM_RAW);
    ck_assert_uint_eq(c.size, 32 + 2 * (13 + 4800) + 8); /* no model */
    wn_chunk_info info;
    ck_assert_int_eq(wn_chunk_inspect(c.chunk, c.size, &info), WN_OK);
    ck_assert_int_eq(info.model, WN_MODEL_AUTO);
    ck_assert(!info.noise);
    wn_map *map = c.map;
    ck_assert_int_eq(wn_map_for_chunk(c.chunk, c.size, &a, &map), WN_OK);
    ck_assert_ptr_null(map);
    ck_assert(wn_map_fits(c.map, c.chunk, c.size));
    ck_assert(wn_map_fits(NULL, c.chunk, c.size));
    coded_free(&c);
}
END_TEST

/* The same counts in the other byte order: the same records, and the same frame, swapped. */
START_TEST(byte_orders)
{
    for (size_t type = 0; type < 10; type++) {
        struct coded little = example(unit_types[type], false, 2);
        struct coded big = example(unit_types[type], true, 2);
        if (form_of(&little, 0) != WN_FORM_SEPARATED)
            ck_assert_uint_eq(wn_type_size(unit_types[type]), 1); /* too small to gain */
        else {
            ck_assert_uint_eq(little.size, big.size);
            ck_assert_uint_eq(big.chunk[5], little.chunk[5] | 1);
            ck_assert_mem_eq(little.chunk + 6, big.chunk + 6, little.size - 14);
        }
        uint8_t *a = decode(&little, NULL, WN_NOISE_ON, 1), *b = decode(&big, NULL, WN_NOISE_ON, 1);
        for (size_t i = 0; i < little.bytes / wn_type_size(unit_types[type]); i++)
            EXPECT(unit_get(&little.array, a, i) == unit_get(&big.array, b, i), "%s, pixel %zu",
                   wn_type_name(unit_types[type]), i);
        free(a);
        free(b);
        coded_free(&little);
        coded_free(&big);
    }
}
END_TEST

START_TEST(threads_change_nothing)
{
    for (size_t type = 0; type < 10; type++) {
        const wn_array a = {unit_types[type], type % 2, 2, 400, 130};
        const struct unit_scene scene = {.seed = type,
                                         .mean = 10,
                                         .falloff = 300,
                                         .dispersion = 1.2,
                                         .peaks = 60,
                                         .peak = 90,
                                         .gaps = true};
        const wn_params p = params_of(&a, 2 * (int)(type % 2) + 8 * (type % 4 == 3));
        struct coded c = encode(&a, &p, unit_frames(&a, &scene, NULL));
        uint8_t *noisy = decode(&c, c.map, WN_NOISE_ON, 1);
        uint8_t *plain = decode(&c, c.map, WN_NOISE_OFF, 1);
        for (int threads = 2; threads <= 4; threads++) {
            uint8_t *dst = unit_alloc(wn_encode_bound(&a));
            size_t size = 0;
            ck_assert_int_eq(
                wn_encode(c.map, &p, &a, c.src, threads, dst, wn_encode_bound(&a), &size), WN_OK);
            ck_assert_uint_eq(size, c.size);
            ck_assert(memcmp(dst, c.chunk, size) == 0);
            free(dst);
            dst = decode(&c, c.map, WN_NOISE_ON, threads);
            ck_assert(memcmp(dst, noisy, c.bytes) == 0);
            free(dst);
            dst = decode(&c, NULL, WN_NOISE_OFF, threads);
            ck_assert(memcmp(dst, plain, c.bytes) == 0);
            free(dst);
        }
        free(noisy);
        free(plain);
        coded_free(&c);
    }
}
END_TEST

/* Frames of a chunk are drawn differently, though they may have the same background. */
START_TEST(noise_differs_from_frame_to_frame)
{
    struct coded c = example(WN_U16, false, 2);
    memcpy(c.src + c.bytes / 2, c.src, c.bytes / 2);
    struct coded twice = encode(&c.array, &c.params, unit_copy(c.src, c.bytes));
    uint8_t *dst = decode(&twice, NULL, WN_NOISE_ON, 1);
    ck_assert(memcmp(dst, dst + c.bytes / 2, c.bytes / 2) != 0);
    free(dst);
    dst = decode(&twice, NULL, WN_NOISE_OFF, 1);
    ck_assert(memcmp(dst, dst + c.bytes / 2, c.bytes / 2) == 0);
    free(dst);
    coded_free(&c);
    coded_free(&twice);
}
END_TEST

/* ---- frames that are still being written --------------------------------------------------- */

START_TEST(unwritten_frames)
{
    const wn_type types[] = {WN_U8, WN_U16, WN_I32, WN_U64};
    for (size_t type = 0; type < 4; type++) {
        for (int part = 0; part < 4; part++) {
            /* 16 rows or 1/32 of the frame, at the top or at the bottom */
            const uint32_t height = part % 2 ? 960 : 200, rows = part % 2 ? 30 : 16;
            const wn_array a = {types[type], false, 1, height, 64};
            const struct unit_scene scene = {.seed = type, .mean = 3, .dispersion = 1};
            uint8_t *src = unit_frames(&a, &scene, NULL);
            const size_t blank = rows * 64 * wn_type_size(types[type]);
            memset(part / 2 ? src + wn_array_bytes(&a) - blank : src, 0, blank);
            const wn_params p = params_of(&a, 0);
            struct coded c = encode(&a, &p, src);
            ck_assert_int_ne(form_of(&c, 0), WN_FORM_SEPARATED);
            uint8_t *dst = decode(&c, NULL, WN_NOISE_ON, 1);
            ck_assert(memcmp(dst, c.src, c.bytes) == 0);
            free(dst);
            coded_free(&c);
        }
    }
}
END_TEST

/* In a chunk of several frames, those that are all zero are yet to come. */
START_TEST(unwritten_stacks)
{
    for (size_t type = 0; type < 10; type++) {
        const wn_array a = {unit_types[type], type % 2, 3, 100, 70};
        const struct unit_scene scene = {.seed = type, .mean = 3, .dispersion = 1};
        uint8_t *src = unit_frames(&a, &scene, NULL);
        memset(src + wn_array_bytes(&a) / 3 * (type % 3), 0, wn_array_bytes(&a) / 3);
        const wn_params p = params_of(&a, 0);
        struct coded c = encode(&a, &p, src);
        uint8_t *dst = decode(&c, NULL, WN_NOISE_ON, 1);
        ck_assert(memcmp(dst, c.src, c.bytes) == 0);
        free(dst);
        coded_free(&c);
    }
}
END_TEST

/* Blank rows are nothing special where most pixels are zero anyway. */
START_TEST(written_frames)
{
    const wn_array a = {WN_U16, false, 1, 200, 256};
    const struct unit_scene scene = {.seed = 1, .mean = 0.02, .dispersion = 1};
    uint8_t *src = unit_frames(&a, &scene, NULL);
    memset(src, 0, 2 * 256 * 2);
    const wn_params p = params_of(&a, 0);
    struct coded c = encode(&a, &p, src);
    ck_assert_int_eq(form_of(&c, 0), WN_FORM_SEPARATED);
    coded_free(&c);
}
END_TEST

/* ---- room and arguments -------------------------------------------------------------------- */

static void expect_no_room(const struct coded *c)
{
    for (size_t room = 0; room < c->size; room++) {
        uint8_t *dst = malloc(room); /* exactly, for the sanitizer */
        size_t written = 4711;
        const wn_status status =
            wn_encode(c->map, &c->params, &c->array, c->src, 1, dst, room, &written);
        /* frames that do not fit separated may fit losslessly, but not in less than that */
        EXPECT(status == WN_ERR_SPACE || (status == WN_OK && written <= room), "%zu of %zu bytes",
               room, c->size);
        EXPECT(status == WN_OK || written == 4711, "%zu of %zu bytes", room, c->size);
        free(dst);
    }
}

START_TEST(no_room)
{
    const wn_array a = {WN_U16, false, 2, 16, 20};
    const struct unit_scene scene = {.seed = 3, .mean = 1, .dispersion = 1, .peaks = 1, .peak = 9};
    const wn_params p = {.pick = 300};
    struct coded c = encode(&a, &p, unit_frames(&a, &scene, NULL));
    expect_no_room(&c);
    coded_free(&c);
    uint64_t random = 5;
    uint8_t *src = unit_alloc(wn_array_bytes(&a));
    for (size_t i = 0; i < wn_array_bytes(&a); i++)
        src[i] = (uint8_t)unit_random(&random);
    c = encode(&a, &p, src);
    expect_no_room(&c);
    coded_free(&c);
}
END_TEST

START_TEST(bound)
{
    const wn_array a = {WN_U16, false, 3, 10, 20};
    ck_assert_uint_ge(wn_encode_bound(&a), 1200 + 32 + 3 * 13 + 8);
    ck_assert_uint_le(wn_encode_bound(&a), 1200 + 200);
    const wn_array none = {WN_U16, false, 0, 10, 20};
    ck_assert_uint_eq(wn_encode_bound(&none), 0);
    const wn_array most = {WN_U8, false, 1, 1, (uint32_t)WN_ARRAY_MAX};
    ck_assert_uint_lt(wn_encode_bound(&most), (size_t)INT32_MAX);
}
END_TEST

START_TEST(wrong_arguments_of_encode)
{
    const uint16_t frame[100] = {0};
    uint8_t dst[1000];
    const wn_params p = {0}, wrong = {.cycles = 101};
    wn_map *map = NULL;
    ck_assert_int_eq(wn_map_create(&p, 10, 10, NULL, &map), WN_OK);
    size_t n = 4711;
    const wn_array a = {WN_U16, false, 1, 10, 10};
    ck_assert_int_eq(wn_encode(map, &p, &a, frame, 0, dst, 1000, &n), WN_ERR_ARGUMENT);
    ck_assert_int_eq(wn_encode(map, &wrong, &a, frame, 1, dst, 1000, &n), WN_ERR_PARAMS);
    const wn_array shapes[] = {{WN_U16, false, 0, 10, 10},
                               {WN_U16, false, 1, 9, 10},
                               {WN_U16, false, 1, 10, 9},
                               {(wn_type)0, false, 1, 10, 10},
                               {WN_U16, false, 0x7fffffff, 10, 10}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        EXPECT(wn_encode(map, &p, &shapes[i], frame, 1, dst, 1000, &n) == WN_ERR_SHAPE, "shape %zu",
               i);
    ck_assert_uint_eq(n, 4711);
    wn_map_free(map);
}
END_TEST

START_TEST(wrong_arguments_of_decode)
{
    struct coded c = example(WN_U16, false, 1);
    uint8_t *dst = malloc(c.bytes);
    ck_assert_int_eq(wn_decode(NULL, c.chunk, c.size, &c.array, WN_NOISE_ON, 0, dst, c.bytes),
                     WN_ERR_ARGUMENT);
    ck_assert_int_eq(wn_decode(NULL, c.chunk, c.size, &c.array, WN_NOISE_ON, 1, dst, c.bytes - 1),
                     WN_ERR_ARGUMENT);
    const wn_array none = {0};
    ck_assert_int_eq(wn_decode(NULL, c.chunk, c.size, &none, WN_NOISE_ON, 1, dst, 0),
                     WN_ERR_ARGUMENT);
    free(dst);
    coded_free(&c);
}
END_TEST

START_TEST(another_array_is_expected)
{
    struct coded c = example(WN_U16, false, 2);
    wn_array other[6];
    for (int i = 0; i < 6; i++)
        other[i] = c.array;
    other[0].type = WN_I16;
    other[1].big_endian = true;
    other[2].frames = 1;
    other[3].height++;
    other[4].width--;
    other[5].type = WN_F64;
    for (int i = 0; i < 6; i++) {
        const size_t bytes = wn_array_bytes(&other[i]);
        uint8_t *dst = malloc(bytes);
        wn_map *map = c.map;
        EXPECT(wn_decode(c.map, c.chunk, c.size, &other[i], WN_NOISE_ON, 1, dst, bytes) ==
                   WN_ERR_MISMATCH,
               "case %d", i);
        EXPECT(wn_map_for_chunk(c.chunk, c.size, &other[i], &map) == WN_ERR_MISMATCH, "case %d", i);
        ck_assert_ptr_eq(map, c.map);
        free(dst);
    }
    coded_free(&c);
}
END_TEST

/* ---- maps ---------------------------------------------------------------------------------- */

START_TEST(maps_and_chunks)
{
    struct coded c = example(WN_U16, false, 1);
    ck_assert(wn_map_fits(c.map, c.chunk, c.size));
    wn_map *own = NULL, *other = NULL, *rings = NULL;
    ck_assert_int_eq(wn_map_for_chunk(c.chunk, c.size, &c.array, &own), WN_OK);
    ck_assert_ptr_nonnull(own);
    ck_assert(wn_map_fits(own, c.chunk, c.size));
    const wn_params tiles = {.bins = 32}, radial = {.centre_x = 40000, .centre_y = 30000};
    ck_assert_int_eq(wn_map_create(&tiles, 96, 80, NULL, &other), WN_OK);
    ck_assert_int_eq(wn_map_create(&radial, 96, 80, NULL, &rings), WN_OK);
    ck_assert(!wn_map_fits(other, c.chunk, c.size));
    ck_assert(!wn_map_fits(rings, c.chunk, c.size));
    /* one that does not fit is not used */
    uint8_t *dst = decode(&c, c.map, WN_NOISE_ON, 1), *odd = decode(&c, rings, WN_NOISE_ON, 1);
    ck_assert(memcmp(dst, odd, c.bytes) == 0);
    free(odd);
    odd = decode(&c, own, WN_NOISE_ON, 1);
    ck_assert(memcmp(dst, odd, c.bytes) == 0);
    free(odd);
    free(dst);
    /* no chunk, no fit */
    for (size_t size = 0; size < 90; size++) {
        uint8_t *part = unit_copy(c.chunk, size);
        ck_assert(!wn_map_fits(c.map, part, size));
        free(part);
    }
    c.chunk[0] = 'w';
    ck_assert(!wn_map_fits(c.map, c.chunk, c.size));
    wn_map_free(own);
    wn_map_free(other);
    wn_map_free(rings);
    coded_free(&c);
}
END_TEST

/* wn_map_for_chunk() gives no map for a chunk that needs none; the next chunk may need one. */
START_TEST(no_map_fits_no_chunk_that_needs_one)
{
    struct coded c = example(WN_U16, false, 1);
    ck_assert(!wn_map_fits(NULL, c.chunk, c.size));
    coded_free(&c);
}
END_TEST

/* A mask is not in the chunk: what it hides is flagged there, and decoding needs only the chunk. */
START_TEST(masked_pixels)
{
    uint64_t random = 6;
    for (int variant = 0; variant < 4; variant += 2) {
        const wn_array a = {WN_U16, false, 1, 90, 110};
        const struct unit_scene scene = {.seed = 7, .mean = 5, .dispersion = 1};
        const wn_params p = params_of(&a, variant);
        uint8_t *valid = unit_alloc(90 * 110), *src = unit_frames(&a, &scene, NULL);
        for (size_t i = 0; i < 90 * 110; i++)
            valid[i] = unit_random(&random) % 5 != 0 && i / 110 != 40;
        struct coded c = encode(&a, &p, src);
        wn_map *map = NULL;
        ck_assert_int_eq(wn_map_create(&p, 90, 110, valid, &map), WN_OK);
        uint8_t *chunk = unit_alloc(wn_encode_bound(&a)), *dst = malloc(c.bytes);
        size_t size = 0;
        ck_assert_int_eq(wn_encode(map, &p, &a, src, 1, chunk, wn_encode_bound(&a), &size), WN_OK);
        ck_assert_int_eq(wn_decode(NULL, chunk, size, &a, WN_NOISE_ON, 1, dst, c.bytes), WN_OK);
        wn_frame_info info;
        ck_assert_int_eq(wn_chunk_frames(chunk, size, 1, &info), WN_OK);
        size_t flagged = 0;
        for (size_t i = 0; i < 90 * 110; i++) {
            flagged += !valid[i];
            EXPECT(valid[i] || unit_get(&a, dst, i) == unit_get(&a, src, i), "pixel %zu", i);
        }
        ck_assert(info.form != WN_FORM_SEPARATED || info.flagged == flagged);
        wn_map_free(map);
        free(valid);
        free(chunk);
        free(dst);
        coded_free(&c);
    }
}
END_TEST

UNIT_MAIN(layout, nothing_separated, byte_orders, threads_change_nothing,
          noise_differs_from_frame_to_frame, unwritten_frames, unwritten_stacks, written_frames,
          no_room, bound, wrong_arguments_of_encode, wrong_arguments_of_decode,
          another_array_is_expected, maps_and_chunks, no_map_fits_no_chunk_that_needs_one,
          masked_pixels)
