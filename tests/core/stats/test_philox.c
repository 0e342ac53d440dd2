/* Philox4x32 with 7 rounds: known answers, the vector version, and sanity of the numbers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/philox.h"
#include "support/unit.h"

/* The generator as its paper defines it (Salmon et al., SC'11), for any counter and key. */
static void philox4x32(int rounds, const uint32_t counter[4], const uint32_t key[2],
                       uint32_t out[4])
{
    uint32_t c[4], k[2] = {key[0], key[1]};
    memcpy(c, counter, sizeof c);
    for (int i = 0; i < rounds; i++) {
        const uint64_t product0 = 0xd2511f53u * (uint64_t)c[0];
        const uint64_t product1 = 0xcd9e8d57u * (uint64_t)c[2];
        const uint32_t high0 = (uint32_t)(product0 >> 32), high1 = (uint32_t)(product1 >> 32);
        const uint32_t next[4] = {high1 ^ c[1] ^ k[0], (uint32_t)product1, high0 ^ c[3] ^ k[1],
                                  (uint32_t)product0};
        memcpy(c, next, sizeof c);
        k[0] += 0x9e3779b9u;
        k[1] += 0xbb67ae85u;
    }
    memcpy(out, c, sizeof c);
}

/* From kat_vectors of the Random123 distribution: rounds, counter, key, output. */
START_TEST(known_answers_of_the_plain_version)
{
    const struct {
        int rounds;
        uint32_t counter[4], key[2], out[4];
    } vectors[] = {
        {7, {0, 0, 0, 0}, {0, 0}, {0x5f6fb709u, 0x0d893f64u, 0x4f121f81u, 0x4f730a48u}},
        {7,
         {0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu},
         {0xffffffffu, 0xffffffffu},
         {0x5207ddc2u, 0x45165e59u, 0x4d8ee751u, 0x8c52f662u}},
        {7,
         {0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u},
         {0xa4093822u, 0x299f31d0u},
         {0x4dfccabau, 0x190a87f0u, 0xc47362bau, 0xb6b5242au}},
        {10,
         {0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u},
         {0xa4093822u, 0x299f31d0u},
         {0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u}},
    };
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        uint32_t out[4];
        philox4x32(vectors[i].rounds, vectors[i].counter, vectors[i].key, out);
        EXPECT(memcmp(out, vectors[i].out, sizeof out) == 0, "vector %zu", i);
    }
}
END_TEST

/* The one known answer whose counter a group can have. */
START_TEST(known_answer)
{
    uint32_t word[PHILOX_GROUP];
    wn_philox_group(0, 0, 0, word);
    ck_assert_uint_eq(word[0], 0x5f6fb709u);
    ck_assert_uint_eq(word[PHILOX_GROUP / 4], 0x0d893f64u);
    ck_assert_uint_eq(word[PHILOX_GROUP / 2], 0x4f121f81u);
    ck_assert_uint_eq(word[3 * PHILOX_GROUP / 4], 0x4f730a48u);
}
END_TEST

/* Pixel i gets word i / 256 of the block (group * 256 + i % 256, frame, 0, 0). */
static void expect_group(uint64_t seed, uint32_t frame, uint32_t group)
{
    const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    /* one word beyond, which must not be touched */
    uint32_t word[PHILOX_GROUP + 1], plain[PHILOX_GROUP + 1];
    word[PHILOX_GROUP] = plain[PHILOX_GROUP] = 0x5a5a5a5au;
    wn_philox_group(seed, frame, group, word);
    wn_philox_group_plain(seed, frame, group, plain);
    for (uint32_t i = 0; i < PHILOX_GROUP; i++) {
        const uint32_t counter[4] = {group * 256 + i % 256, frame, 0, 0};
        uint32_t out[4];
        philox4x32(7, counter, key, out);
        EXPECT(word[i] == out[i / 256], "group %u, pixel %u", (unsigned)group, (unsigned)i);
        EXPECT(plain[i] == out[i / 256], "plain: group %u, pixel %u", (unsigned)group, (unsigned)i);
    }
    ck_assert_uint_eq(word[PHILOX_GROUP], 0x5a5a5a5au);
    ck_assert_uint_eq(plain[PHILOX_GROUP], 0x5a5a5a5au);
}

START_TEST(groups)
{
    /* 2^21 - 1 is the last group of the largest frame */
    const uint32_t group[] = {0, 1, 2, 255, 65536, 2097151};
    const uint32_t frame[] = {0, 1, 4095, UINT32_MAX};
    const uint64_t seed[] = {0, 1, 0x299f31d0a4093822u, UINT64_MAX, (uint64_t)1 << 63};
    for (size_t i = 0; i < sizeof seed / sizeof seed[0]; i++) {
        for (size_t j = 0; j < sizeof frame / sizeof frame[0]; j++) {
            for (size_t k = 0; k < sizeof group / sizeof group[0]; k++)
                expect_group(seed[i], frame[j], group[k]);
        }
    }
    uint64_t random = 1;
    for (int i = 0; i < 200; i++) {
        const uint64_t any_seed = unit_random(&random), any = unit_random(&random);
        expect_group(any_seed, (uint32_t)any, (uint32_t)(any >> 43));
    }
}
END_TEST

#define WORDS ((size_t)256 * PHILOX_GROUP)

static uint32_t *words_of(uint64_t seed, uint32_t frame)
{
    uint32_t *word = unit_alloc(WORDS * sizeof *word);
    for (uint32_t g = 0; g < WORDS / PHILOX_GROUP; g++)
        wn_philox_group(seed, frame, g, word + (size_t)g * PHILOX_GROUP);
    return word;
}

/* Chi-squared of 256 equal classes: mean 255, sigma 22.6. A wrong generator is far outside 5 sigma;
 * the numbers are the same in every run. */
START_TEST(uniform_in_every_byte)
{
    for (unsigned shift = 0; shift < 32; shift += 8) {
        uint32_t *word = words_of(12345, 7);
        double count[256] = {0}, chi2 = 0;
        for (size_t i = 0; i < WORDS; i++)
            count[word[i] >> shift & 255]++;
        const double expected = WORDS / 256.0;
        for (int i = 0; i < 256; i++)
            chi2 += (count[i] - expected) * (count[i] - expected) / expected;
        EXPECT(chi2 > 255 - 113 && chi2 < 255 + 113, "byte %u: chi2 = %g", shift / 8, chi2);
        free(word);
    }
}
END_TEST

static double correlation(const uint32_t *a, const uint32_t *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (a[i] / 4294967296.0 - 0.5) * (b[i] / 4294967296.0 - 0.5);
    return 12 * sum / (double)n;
}

/* Pixels that are neighbours along the row, or at the same position in another frame, or restored
 * with a seed that differs in one bit, have nothing to do with each other. The correlation of n
 * pairs has the sigma 1 / sqrt(n). */
START_TEST(independent)
{
    const double limit = 5 / sqrt((double)(WORDS - 4096));
    uint32_t *word = words_of(99, 0), *frame = words_of(99, 1);
    uint32_t *low = words_of(98, 0), *high = words_of((uint64_t)1 << 32 | 99, 0);
    const size_t distance[] = {1, 2, 255, 256, 257, 512, 768, 1024, 1030, 2048, 4096};
    for (size_t i = 0; i < sizeof distance / sizeof distance[0]; i++) {
        const double c = correlation(word, word + distance[i], WORDS - distance[i]);
        EXPECT(fabs(c) < limit, "distance %zu: correlation %g", distance[i], c);
    }
    const double c_frame = correlation(word, frame, WORDS);
    const double c_low = correlation(word, low, WORDS), c_high = correlation(word, high, WORDS);
    EXPECT(fabs(c_frame) < limit, "frames: correlation %g", c_frame);
    EXPECT(fabs(c_low) < limit && fabs(c_high) < limit, "seeds: %g %g", c_low, c_high);
    free(word);
    free(frame);
    free(low);
    free(high);
}
END_TEST

UNIT_MAIN(known_answers_of_the_plain_version, known_answer, groups, uniform_in_every_byte,
          independent)
