/* Blosc buffers: round trips, other codecs, cut short and damaged. */
#include <blosc.h>
#include <stdlib.h>
#include <string.h>

#include "format/byte_stream.h"
#include "support/unit.h"

/* ---- Blosc --------------------------------------------------------------------------------- */

static void fill_random(uint8_t *bytes, size_t n, unsigned different, uint64_t *random)
{
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)(unit_random(random) % different);
}

START_TEST(blosc_there_and_back)
{
    uint64_t random = 10;
    const size_t types[] = {1, 2, 4, 8};
    for (int i = 0; i < 3000; i++) {
        const size_t type = types[i % 4];
        const size_t size = type * (size_t)unit_integer(&random, 1, i % 10 ? 60 : 20000);
        uint8_t *src = unit_alloc(size), *dst = malloc(size), *back = malloc(size);
        fill_random(src, size, i % 3 ? 3 : 256, &random);
        size_t n = 12345;
        ck_assert_int_eq(wn_blosc_pack(src, size, type, i % 2, 1 + i % 9, dst, size, &n), WN_OK);
        EXPECT(n < size, "%zu of %zu bytes", n, size);
        if (n > 0) {
            uint8_t *exact = unit_copy(dst, n);
            EXPECT(wn_blosc_unpack(exact, n, back, size) == WN_OK, "%zu of %zu bytes", n, size);
            EXPECT(memcmp(back, src, size) == 0, "%zu bytes", size);
            /* nothing but exactly this size */
            EXPECT(wn_blosc_unpack(exact, n, back, size - 1) == WN_ERR_CORRUPT, "%zu bytes", size);
            EXPECT(wn_blosc_unpack(exact, n - 1, back, size) == WN_ERR_CORRUPT, "%zu bytes", size);
            free(exact);
        }
        free(src);
        free(dst);
        free(back);
    }
}
END_TEST

START_TEST(blosc_gains_or_is_not_used)
{
    uint64_t random = 11;
    uint8_t src[4096] = {0}, dst[4096];
    size_t n;
    ck_assert_int_eq(wn_blosc_pack(src, 4096, 1, false, 3, dst, 4096, &n), WN_OK);
    ck_assert(n > 0 && n < 200);
    const size_t needed = n;
    for (size_t room = 0; room < needed; room++) { /* exact room, for the sanitizer */
        uint8_t *exact = malloc(room);
        ck_assert_int_eq(wn_blosc_pack(src, 4096, 1, false, 3, exact, room, &n), WN_OK);
        EXPECT(n <= room, "%zu of %zu bytes", n, room);
        free(exact);
    }
    fill_random(src, 4096, 256, &random);
    ck_assert_int_eq(wn_blosc_pack(src, 4096, 1, false, 3, dst, 4096, &n), WN_OK);
    ck_assert_uint_eq(n, 0);
    ck_assert_int_eq(wn_blosc_pack(src, 0, 1, false, 3, dst, 4096, &n), WN_OK);
    ck_assert_uint_eq(n, 0);
}
END_TEST

/* Only zstd is accepted, which detects more damage than the others, and never reads too far. */
START_TEST(blosc_other_codecs)
{
    const char *const codecs[] = {"blosclz", "lz4", "lz4hc", "snappy", "zlib", "zstd"};
    uint8_t src[4096], back[4096], dst[4096 + BLOSC_MAX_OVERHEAD];
    for (size_t i = 0; i < sizeof src; i++)
        src[i] = (uint8_t)(i / 100);
    int refused = 0;
    for (size_t i = 0; i < 6; i++) {
        const int n = blosc_compress_ctx(5, BLOSC_SHUFFLE, 2, sizeof src, src, dst, sizeof dst,
                                         codecs[i], 0, 1);
        if (n <= 0) /* this Blosc was built without it */
            continue;
        const wn_status status = wn_blosc_unpack(dst, (size_t)n, back, sizeof back);
        EXPECT(status == (i == 5 ? WN_OK : WN_ERR_CORRUPT), "%s: %d", codecs[i], (int)status);
        refused += i < 5;
    }
    ck_assert_int_ge(refused, 2);
}
END_TEST

START_TEST(blosc_cut_and_damaged)
{
    uint64_t random = 12;
    uint8_t src[600], back[600], dst[600];
    for (int i = 0; i < 6; i++) {
        size_t n;
        fill_random(src, sizeof src, 3 + (unsigned)i, &random);
        ck_assert_int_eq(wn_blosc_pack(src, sizeof src, 2, i % 2, 4, dst, sizeof dst, &n), WN_OK);
        ck_assert_uint_gt(n, 0);
        for (size_t size = 0; size < n; size++) {
            uint8_t *part = unit_copy(dst, size);
            EXPECT(wn_blosc_unpack(part, size, back, sizeof back) == WN_ERR_CORRUPT,
                   "%zu of %zu bytes", size, n);
            free(part);
        }
        for (size_t bit = 0; bit < 8 * n; bit++) {
            uint8_t *wrong = unit_copy(dst, n);
            wrong[bit / 8] ^= (uint8_t)(1u << bit % 8);
            const wn_status status = wn_blosc_unpack(wrong, n, back, sizeof back);
            EXPECT(status == WN_OK || status == WN_ERR_CORRUPT, "bit %zu", bit);
            free(wrong);
        }
    }
}
END_TEST

UNIT_MAIN(blosc_there_and_back, blosc_gains_or_is_not_used, blosc_other_codecs,
          blosc_cut_and_damaged)
