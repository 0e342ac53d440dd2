/* Damaged and forged chunks: an error, or some frame, but nothing worse. */
#include <stdlib.h>
#include <string.h>

#include "core/encode/test_chunks.h"
#include "support/unit.h"

/* ---- damage -------------------------------------------------------------------------------- */

static wn_status try_chunk(const struct coded *c, const uint8_t *chunk, size_t size)
{
    uint8_t *exact = unit_copy(chunk, size), *dst = malloc(c->bytes);
    const wn_status status =
        wn_decode(c->map, exact, size, &c->array, WN_NOISE_ON, 1, dst, c->bytes);
    wn_chunk_info info;
    wn_frame_info frame;
    wn_map *map = NULL;
    const wn_status inspected = wn_chunk_inspect(exact, size, &info);
    const wn_status framed = wn_chunk_frames(exact, size, 1, &frame);
    const wn_status mapped = wn_map_for_chunk(exact, size, &c->array, &map);
    /* what can be decoded can be looked at */
    EXPECT(status != WN_OK || (inspected == WN_OK && framed == WN_OK && mapped == WN_OK),
           "%d %d %d", (int)inspected, (int)framed, (int)mapped);
    wn_map_free(map);
    free(exact);
    free(dst);
    return status;
}

START_TEST(cut_short)
{
    struct coded c = example(WN_U16, false, 1);
    for (size_t size = 0; size < c.size; size++) {
        const wn_status status = try_chunk(&c, c.chunk, size);
        EXPECT(status == (size < 4 ? WN_ERR_MAGIC : WN_ERR_TRUNCATED), "%zu bytes: %s", size,
               wn_strerror(status));
    }
    uint8_t *longer = unit_alloc(c.size + 1);
    memcpy(longer, c.chunk, c.size);
    ck_assert_int_eq(try_chunk(&c, longer, c.size + 1), WN_ERR_CORRUPT);
    free(longer);
    coded_free(&c);
}
END_TEST

START_TEST(any_bit_changed)
{
    struct coded c = example(WN_U16, false, 1);
    for (size_t bit = 0; bit < 8 * c.size; bit++) {
        c.chunk[bit / 8] ^= (uint8_t)(1u << bit % 8);
        const wn_status status = try_chunk(&c, c.chunk, c.size);
        EXPECT(status != WN_OK, "bit %zu", bit);
        EXPECT(bit < 32 || bit >= 40 || status == WN_ERR_VERSION, "bit %zu", bit);
        EXPECT(bit < 40 || (bit >= 160 && bit < 192) || status == WN_ERR_CHECKSUM, "bit %zu", bit);
        c.chunk[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    coded_free(&c);
}
END_TEST

/* The same with a checksum that is right: an error or some frame, but nothing worse. */
static void expect_survived(const struct coded *c)
{
    const uint8_t values[] = {0, 1, 2, 3, 127, 128, 254, 255};
    for (size_t i = 5; i < c->size - 8; i++) {
        for (size_t k = 0; k < sizeof values; k++) {
            uint8_t *wrong = unit_copy(c->chunk, c->size);
            wrong[i] = values[k];
            unit_seal(wrong, c->size);
            const wn_status status = try_chunk(c, wrong, c->size);
            EXPECT(status == WN_OK || status == WN_ERR_TRUNCATED || status == WN_ERR_CORRUPT ||
                       status == WN_ERR_VERSION || status == WN_ERR_MISMATCH,
                   "byte %zu = %u: %s", i, values[k], wn_strerror(status));
            free(wrong);
        }
    }
}

START_TEST(any_byte_forged)
{
    const wn_type types[] = {WN_U8, WN_U16, WN_I64, WN_F32};
    for (size_t i = 0; i < 4; i++) {
        const wn_array a = {types[i], i % 2, 1, 48, 40};
        const struct unit_scene scene = {
            .seed = i, .mean = 2, .dispersion = 1, .peaks = 2, .peak = 40, .gaps = true};
        wn_params p = {.pick = 400};
        if (i % 2)
            p.centre_x = p.centre_y = 20000;
        struct coded c = encode(&a, &p, unit_frames(&a, &scene, NULL));
        expect_survived(&c);
        coded_free(&c);
    }
}
END_TEST

/* Sections that a reader may not know: above 127 they are skipped, below they are refused. */
START_TEST(unknown_sections)
{
    struct coded c = example(WN_U16, false, 1);
    const uint8_t section[] = {200, 3, 0, 0, 0, 'a', 'b', 'c'};
    const size_t size = c.size + sizeof section;
    uint8_t *longer = unit_alloc(size), *dst = malloc(c.bytes);
    memcpy(longer, c.chunk, c.size - 8);
    memcpy(longer + c.size - 8, section, sizeof section);
    const uint64_t bytes = number_at(c.chunk + 89, 4) + sizeof section;
    for (size_t i = 0; i < 4; i++)
        longer[89 + i] = (uint8_t)(bytes >> 8 * i);
    unit_seal(longer, size);
    uint8_t *expected = decode(&c, NULL, WN_NOISE_ON, 1);
    ck_assert_int_eq(wn_decode(NULL, longer, size, &c.array, WN_NOISE_ON, 1, dst, c.bytes), WN_OK);
    ck_assert(memcmp(dst, expected, c.bytes) == 0);
    for (unsigned tag = 0; tag < 128; tag++) {
        longer[c.size - 8] = (uint8_t)tag;
        unit_seal(longer, size);
        const wn_status status = try_chunk(&c, longer, size);
        EXPECT(status == (tag <= 8 ? WN_ERR_CORRUPT : WN_ERR_VERSION), "tag %u: %s", tag,
               wn_strerror(status));
    }
    free(longer);
    free(dst);
    free(expected);
    coded_free(&c);
}
END_TEST

/* A record after the last frame, or one too few. */
START_TEST(number_of_records)
{
    struct coded c = example(WN_U16, false, 2);
    uint8_t *wrong = unit_copy(c.chunk, c.size);
    struct coded one = c;
    one.array.frames = 1;
    one.bytes /= 2;
    wrong[8] = 1;
    unit_seal(wrong, c.size);
    ck_assert_int_eq(try_chunk(&one, wrong, c.size), WN_ERR_CORRUPT);
    struct coded three = c;
    three.array.frames = 3;
    three.bytes = three.bytes / 2 * 3;
    wrong[8] = 3;
    unit_seal(wrong, c.size);
    ck_assert_int_eq(try_chunk(&three, wrong, c.size), WN_ERR_TRUNCATED);
    /* a form that does not exist; no model though a frame is separated */
    memcpy(wrong, c.chunk, c.size);
    wrong[88] = 4;
    unit_seal(wrong, c.size);
    ck_assert_int_eq(try_chunk(&c, wrong, c.size), WN_ERR_VERSION);
    memcpy(wrong, c.chunk, c.size);
    wrong[5] &= 3;
    memmove(wrong + 32, wrong + 88, c.size - 88);
    unit_seal(wrong, c.size - 56);
    ck_assert_int_eq(try_chunk(&c, wrong, c.size - 56), WN_ERR_CORRUPT);
    free(wrong);
    coded_free(&c);
}
END_TEST

START_TEST(newer_version)
{
    struct coded c = example(WN_U16, false, 1);
    c.chunk[4] = 2;
    unit_seal(c.chunk, c.size);
    ck_assert_int_eq(try_chunk(&c, c.chunk, c.size), WN_ERR_VERSION);
    coded_free(&c);
}
END_TEST

UNIT_MAIN(cut_short, any_bit_changed, any_byte_forged, unknown_sections, number_of_records,
          newer_version)
