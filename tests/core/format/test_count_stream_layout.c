/* Streams of counts against the layout in core/format/count_stream.h: what is written, and streams
 * made by hand. */
#include <stdlib.h>
#include <string.h>

#include "core/format/test_count_stream.h"
#include "encode/count_stream_write.h"
#include "format/count_stream.h"
#include "format/count_stream_read.h"
#include "support/unit.h"

/* ---- the layout ---------------------------------------------------------------------------- */

/* Where the table of each class begins, with its base; NULL for a class without. */
static void find_tables(const struct stream_parts *p, const uint64_t *table[256])
{
    memset(table, 0, 256 * sizeof table[0]);
    uint64_t class = 0;
    size_t i = 0;
    for (; i < p->numbers; i += 4 + p->number[i + 3] + 1) {
        class += p->number[i];
        ck_assert_uint_lt(class, 256);
        table[class ++] = p->number + i + 1;
    }
    ck_assert_uint_eq(i, p->numbers);
}

static uint64_t word_at(const struct stream_parts *p, size_t i)
{
    ck_assert_uint_lt(i, p->words);
    return p->word[2 * i] | (uint64_t)p->word[2 * i + 1] << 8;
}

/* One count after the other, and one bit. */
static void plain_decode(const struct stream_parts *p, const uint8_t *class, uint32_t *count,
                         size_t n)
{
    const uint64_t *table[256];
    find_tables(p, table);
    size_t word = 64, bit = 0, escape = 0;
    uint64_t state[32];
    for (size_t k = 0; k < 32; k++)
        state[k] = word_at(p, 2 * k) | word_at(p, 2 * k + 1) << 16;
    for (size_t i = 0; i < n; i++) {
        const uint64_t *t = table[class[i]], shift = t[1], m = t[2], *f = t + 3;
        uint64_t x = state[i % 32], j = 0, start = 0;
        for (; start + f[j] <= x % 4096; j++)
            start += f[j];
        x = f[j] * (x / 4096) + x % 4096 - start;
        state[i % 32] = x < 65536 ? x << 16 | word_at(p, word++) : x;
        uint64_t v = j < m ? t[0] + (j << shift) : p->escape[escape++];
        for (uint64_t k = 0; j < m && k < shift; k++, bit++)
            v += (uint64_t)(p->bits[bit / 8] >> bit % 8 & 1) << k;
        count[i] = (uint32_t)v;
    }
    for (size_t k = 0; k < 32; k++)
        ck_assert_uint_eq(state[k], 65536);
    ck_assert_uint_eq(word, p->words);
    ck_assert_uint_eq((bit + 7) / 8, p->low);
    ck_assert_uint_eq(escape, p->escapes);
}

/* Each class that occurs has a table, and its frequencies sum up. */
static void expect_tables(const struct stream_parts *p, const struct sample *s)
{
    const uint64_t *table[256];
    bool occurs[256] = {false};
    find_tables(p, table);
    for (size_t i = 0; i < s->n; i++)
        occurs[s->class[i]] = true;
    for (size_t c = 0; c < 256; c++) {
        ck_assert(occurs[c] == !!table[c]);
        uint64_t sum = 0;
        for (size_t j = 0; table[c] && j <= table[c][2]; j++) {
            ck_assert_uint_le(table[c][3 + j], 4095);
            sum += table[c][3 + j];
        }
        ck_assert_uint_eq(sum, table[c] ? 4096 : 0);
    }
}

START_TEST(by_the_document)
{
    uint64_t random = 2;
    const size_t n[] = {0, 1, 2, 3, 4, 5, 30, 333, 20000};
    for (int kind = 0; kind < KINDS; kind++) {
        for (size_t i = 0; i < sizeof n / sizeof n[0]; i++) {
            struct sample s = sample_create((enum count_kind)kind, n[i], &random);
            struct counted_bytes b = written(&s);
            struct stream_parts *p = parts_of(&b);
            uint32_t *plain = unit_alloc(n[i] * sizeof *plain);
            expect_tables(p, &s);
            plain_decode(p, s.class, plain, n[i]);
            for (size_t k = 0; k < n[i]; k++)
                EXPECT(plain[k] == s.count[k], "count %zu of %zu, kind %d", k, n[i], kind);
            free(plain);
            parts_free(p);
            free(b.byte);
            sample_free(&s);
        }
    }
}
END_TEST

START_TEST(nothing)
{
    const struct sample none = {0, NULL, NULL};
    struct counted_bytes b = written(&none);
    struct stream_parts *p = parts_of(&b);
    ck_assert_uint_eq(p->numbers, 0);
    ck_assert_uint_eq(p->words, 64);
    for (size_t k = 0; k < 32; k++)
        ck_assert_uint_eq(word_at(p, 2 * k) | word_at(p, 2 * k + 1) << 16, 65536);
    ck_assert_uint_eq(p->low + p->escapes, 0);
    parts_free(p);
    free(b.byte);
}
END_TEST

/* ---- streams made by hand ------------------------------------------------------------------ */

/* The words of symbols of one table, by plain division. */
static void plain_encode(struct stream_parts *p, const uint64_t *frequency, const uint8_t *symbol,
                         size_t n)
{
    uint64_t state[32];
    for (size_t k = 0; k < 32; k++)
        state[k] = 65536;
    uint16_t *backwards = unit_alloc(2 * (n + 64));
    size_t words = 0;
    for (size_t i = n; i-- > 0;) {
        uint64_t x = state[i % 32], f = frequency[symbol[i]], start = 0;
        for (size_t j = 0; j < symbol[i]; j++)
            start += frequency[j];
        if (x >= f << 20) {
            backwards[words++] = (uint16_t)x;
            x >>= 16;
        }
        state[i % 32] = (x / f << 12) + x % f + start;
    }
    for (int k = 31; k >= 0; k--) {
        backwards[words++] = (uint16_t)(state[k] >> 16);
        backwards[words++] = (uint16_t)state[k];
    }
    p->words = words;
    p->word = unit_alloc(2 * words);
    for (size_t i = 0; i < words; i++) {
        p->word[2 * i] = (uint8_t)backwards[words - 1 - i];
        p->word[2 * i + 1] = (uint8_t)(backwards[words - 1 - i] >> 8);
    }
    free(backwards);
}

#define HAND_COUNTS 9
static const uint8_t hand_class[HAND_COUNTS] = {7, 7, 7, 7, 7, 7, 7, 7, 7};

/* Two symbols and the escape; the numbers are as given. */
static struct stream_parts *made_by_hand(const uint64_t number[7],
                                         const uint8_t symbol[HAND_COUNTS], size_t low,
                                         size_t escapes, uint64_t escape)
{
    struct stream_parts *p = unit_alloc(sizeof *p);
    p->numbers = 7;
    p->number = unit_copy(number, 7 * sizeof *number);
    plain_encode(p, number + 4, symbol, HAND_COUNTS);
    p->low = low;
    p->bits = unit_alloc(low);
    p->escapes = escapes;
    p->escape = unit_alloc((escapes + 1) * sizeof *p->escape);
    for (size_t i = 0; i < escapes; i++)
        p->escape[i] = escape;
    return p;
}

/* What reading says of parts, which are freed. */
static wn_status read_parts(struct stream_parts *p, uint32_t count[HAND_COUNTS])
{
    struct counted_bytes b = bytes_of(p);
    uint8_t *class = unit_copy(hand_class, HAND_COUNTS);
    const wn_status status = read_back(&b, class, count, HAND_COUNTS);
    free(class);
    free(b.byte);
    parts_free(p);
    return status;
}

START_TEST(all_escape)
{
    const uint64_t number[7] = {7, 0, 0, 2, 1, 0, 4095};
    const uint8_t symbol[HAND_COUNTS] = {2, 2, 2, 2, 2, 2, 2, 2, 2};
    uint32_t count[HAND_COUNTS];
    ck_assert_int_eq(read_parts(made_by_hand(number, symbol, 0, 9, LARGEST_COUNT), count), WN_OK);
    for (size_t i = 0; i < HAND_COUNTS; i++)
        ck_assert_uint_eq(count[i], LARGEST_COUNT);
    ck_assert_int_eq(read_parts(made_by_hand(number, symbol, 0, 9, UINT32_MAX), count),
                     WN_ERR_CORRUPT);
    ck_assert_int_eq(read_parts(made_by_hand(number, symbol, 0, 9, (uint64_t)1 << 32), count),
                     WN_ERR_CORRUPT);
    ck_assert_int_eq(read_parts(made_by_hand(number, symbol, 0, 8, 0), count), WN_ERR_CORRUPT);
    ck_assert_int_eq(read_parts(made_by_hand(number, symbol, 0, 10, 0), count), WN_ERR_CORRUPT);
    const uint8_t all_but_one[HAND_COUNTS] = {2, 2, 2, 0, 2, 2, 2, 2, 2};
    ck_assert_int_eq(read_parts(made_by_hand(number, all_but_one, 0, 8, 1), count), WN_OK);
    ck_assert_int_eq(read_parts(made_by_hand(number, all_but_one, 0, 9, 1), count), WN_ERR_CORRUPT);
    struct stream_parts *p = made_by_hand(number, symbol, 0, 9, 0);
    p->word[4] ^= 1; /* the state of count 1 */
    ck_assert_int_eq(read_parts(p, count), WN_ERR_CORRUPT);
}
END_TEST

START_TEST(many_low_bits)
{
    const uint64_t number[7] = {7, 5, 31, 2, 2000, 2000, 96};
    const uint8_t symbol[HAND_COUNTS] = {0, 1, 0, 1, 0, 1, 0, 1, 2};
    const size_t low = 31; /* 8 times 31 bits */
    uint32_t count[HAND_COUNTS];
    struct stream_parts *p = made_by_hand(number, symbol, low, 1, 77);
    p->bits[0] = 3;
    p->bits[30] = 0x40; /* bit 246: bit 29 of count 7 */
    ck_assert_int_eq(read_parts(p, count), WN_OK);
    ck_assert_uint_eq(count[0], 8);
    ck_assert_uint_eq(count[1], 5 + 0x80000000u);
    ck_assert_uint_eq(count[7], 5 + 0x80000000u + 0x20000000u);
    ck_assert_uint_eq(count[8], 77);
    /* above the largest count */
    p = made_by_hand(number, symbol, low, 1, 77);
    memset(p->bits, 255, low);
    ck_assert_int_eq(read_parts(p, count), WN_ERR_CORRUPT);
    ck_assert_int_eq(read_parts(made_by_hand(number, symbol, low - 1, 1, 0), count),
                     WN_ERR_CORRUPT);
    ck_assert_int_eq(read_parts(made_by_hand(number, symbol, low + 1, 1, 0), count),
                     WN_ERR_CORRUPT);
}
END_TEST

START_TEST(padding_is_zero)
{
    const uint64_t number[7] = {7, 5, 1, 2, 2000, 2000, 96};
    const uint8_t symbol[HAND_COUNTS] = {0, 1, 0, 1, 0, 1, 0, 1, 1};
    uint32_t count[HAND_COUNTS];
    struct stream_parts *p = made_by_hand(number, symbol, 2, 0, 0);
    p->bits[1] = 1;
    ck_assert_int_eq(read_parts(p, count), WN_OK);
    ck_assert_uint_eq(count[8], 8);
    p = made_by_hand(number, symbol, 2, 0, 0);
    p->bits[1] = 2;
    ck_assert_int_eq(read_parts(p, count), WN_ERR_CORRUPT);
}
END_TEST

/* One number of a table changed, with the words of one that is right. */
START_TEST(wrong_tables)
{
    const uint64_t good[7] = {7, 5, 0, 2, 2000, 2000, 96};
    const struct {
        size_t where;
        uint64_t number;
    } wrong[] = {
        {0, 6},                    /* none for the class that occurs */
        {0, 8},                    /* the same */
        {0, 256},                  /* no class */
        {0, UINT64_MAX},           /* not even after adding */
        {1, UINT32_MAX},           /* a base above the largest count */
        {1, LARGEST_COUNT},        /* a symbol above it */
        {1, ((uint64_t)1 << 32)},  /* 0 when cut to 32 bits */
        {2, 32},                   /* a shift that is none */
        {2, ((uint64_t)1 << 32)},  /* 0 when cut to 32 bits */
        {3, 0},                    /* no symbol */
        {3, 1},                    /* a number too many */
        {3, 3},                    /* a number too few */
        {3, 256},                  /* too many symbols */
        {4, 1999},                 /* a sum too small */
        {4, 2001},                 /* too large */
        {4, 4096 + 2000},          /* right, modulo 4096 */
        {4, 65536 + 2000},         /* right, modulo 65536 */
        {4, (uint64_t)-4096 + 96}, /* right, modulo 2^64 */
    };
    const uint8_t symbol[HAND_COUNTS] = {0, 1, 0, 1, 0, 1, 0, 1, 0};
    uint32_t count[HAND_COUNTS];
    ck_assert_int_eq(read_parts(made_by_hand(good, symbol, 0, 0, 0), count), WN_OK);
    ck_assert_uint_eq(count[1], 6);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct stream_parts *p = made_by_hand(good, symbol, 0, 0, 0);
        p->number[wrong[i].where] = wrong[i].number;
        EXPECT(read_parts(p, count) == WN_ERR_CORRUPT, "case %zu", i);
    }
}
END_TEST

static wn_status read_with_numbers(const uint64_t *number, size_t n, uint32_t count[HAND_COUNTS])
{
    const uint64_t good[7] = {7, 5, 0, 2, 4000, 0, 96};
    const uint8_t symbol[HAND_COUNTS] = {0};
    struct stream_parts *p = made_by_hand(good, symbol, 0, 0, 0);
    free(p->number);
    p->number = unit_copy(number, n * sizeof *number);
    p->numbers = n;
    return read_parts(p, count);
}

START_TEST(other_tables)
{
    uint32_t count[HAND_COUNTS];
    const uint64_t good[8] = {7, 5, 0, 2, 4000, 0, 96};
    ck_assert_int_eq(read_with_numbers(good, 7, count), WN_OK);
    ck_assert_uint_eq(count[8], 5);
    ck_assert_int_eq(read_with_numbers(good, 0, count), WN_ERR_CORRUPT);
    ck_assert_int_eq(read_with_numbers(good, 6, count), WN_ERR_CORRUPT);
    ck_assert_int_eq(read_with_numbers(good, 8, count), WN_ERR_CORRUPT);
    const uint64_t one_more[14] = {7, 5, 0, 2, 4000, 0, 96, 0, 5, 0, 2, 4000, 0, 96};
    ck_assert_int_eq(read_with_numbers(one_more, 14, count), WN_OK); /* and never used */
    ck_assert_int_eq(read_with_numbers(one_more, 13, count), WN_ERR_CORRUPT);
    const uint64_t twice[7] = {7, 5, 0, 2, 4095, 4095, 2};
    ck_assert_int_eq(read_with_numbers(twice, 7, count), WN_ERR_CORRUPT);
    const uint64_t thrice[8] = {7, 5, 0, 3, 4095, 4095, 4095, 3};
    ck_assert_int_eq(read_with_numbers(thrice, 8, count), WN_ERR_CORRUPT);
    const uint64_t none[7] = {7, 5, 0, 2, 0, 0, 0};
    ck_assert_int_eq(read_with_numbers(none, 7, count), WN_ERR_CORRUPT);
    const uint64_t no_shift[7] = {7, 5, 32, 2, 4000, 0, 96};
    ck_assert_int_eq(read_with_numbers(no_shift, 7, count), WN_ERR_CORRUPT);
    const uint64_t no_symbol[5] = {7, 5, 0, 0, 4096};
    ck_assert_int_eq(read_with_numbers(no_symbol, 5, count), WN_ERR_CORRUPT);
    /* a symbol above the largest count is fine if it does not occur */
    const uint64_t edge[7] = {7, LARGEST_COUNT, 0, 2, 4000, 0, 96};
    ck_assert_int_eq(read_with_numbers(edge, 7, count), WN_OK);
    ck_assert_uint_eq(count[8], LARGEST_COUNT);
}
END_TEST

/* More numbers than all tables have; more words, bytes and escapes than there are. */
START_TEST(wrong_lengths)
{
    const uint64_t number[7] = {7, 5, 0, 2, 2000, 2000, 96};
    const uint8_t symbol[HAND_COUNTS] = {0, 1, 0, 1, 0, 1, 0, 1, 0};
    uint32_t count[HAND_COUNTS];
    struct stream_parts *p = made_by_hand(number, symbol, 0, 0, 0);
    p->words = 7;
    ck_assert_int_eq(read_parts(p, count), WN_ERR_CORRUPT);
    struct stream_parts *one_more = made_by_hand(number, symbol, 0, 0, 0);
    uint8_t *longer = unit_alloc(2 * one_more->words + 2);
    memcpy(longer, one_more->word, 2 * one_more->words++);
    free(one_more->word);
    one_more->word = longer;
    ck_assert_int_eq(read_parts(one_more, count), WN_ERR_CORRUPT);

    const uint32_t n[] = {MAX_NUMBERS + 1, UINT32_MAX};
    for (size_t i = 0; i < 2; i++) {
        uint8_t bytes[100] = {(uint8_t)n[i], (uint8_t)(n[i] >> 8), (uint8_t)(n[i] >> 16),
                              (uint8_t)(n[i] >> 24)};
        bytes[4] = 2; /* numbers that are all 0 */
        const struct counted_bytes b = {bytes, sizeof bytes};
        ck_assert_int_eq(read_back(&b, hand_class, count, HAND_COUNTS), WN_ERR_CORRUPT);
    }
    struct counted_bytes b = bytes_of(p = made_by_hand(number, symbol, 0, 0, 0));
    const size_t escapes = b.n - 9, low = b.n - 13, words = low - 2 * p->words - 4;
    const size_t where[] = {escapes, low, words};
    for (size_t i = 0; i < 3; i++) {
        struct counted_bytes wrong = {unit_copy(b.byte, b.n), b.n};
        memset(wrong.byte + where[i], 255, 4);
        ck_assert_int_eq(read_back(&wrong, hand_class, count, HAND_COUNTS),
                         i == 0 ? WN_ERR_CORRUPT : WN_ERR_TRUNCATED);
        free(wrong.byte);
    }
    parts_free(p);
    free(b.byte);
}
END_TEST

UNIT_MAIN(by_the_document, nothing, all_escape, many_low_bits, padding_is_zero, wrong_tables,
          other_tables, wrong_lengths)
