/* Streams of counts: round trips, at the cost of their entropy, cut short and damaged. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/format/test_count_stream.h"
#include "encode/count_stream_write.h"
#include "format/count_stream.h"
#include "format/count_stream_read.h"
#include "support/unit.h"

/* ---- counts of many kinds ------------------------------------------------------------------ */

static void expect_back(const struct counted_bytes *b, const struct sample *s)
{
    uint32_t *back = malloc(s->n * sizeof *back);
    ck_assert_int_eq(read_back(b, s->class, back, s->n), WN_OK);
    for (size_t i = 0; i < s->n; i++)
        EXPECT(back[i] == s->count[i], "count %zu of %zu: %u, not %u", i, s->n, back[i],
               s->count[i]);
    free(back);
}

START_TEST(there_and_back)
{
    uint64_t random = 1;
    const size_t n[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 100, 1001, 5000, 100000};
    for (int kind = 0; kind < KINDS; kind++) {
        for (size_t i = 0; i < sizeof n / sizeof n[0]; i++) {
            struct sample s = sample_create((enum count_kind)kind, n[i], &random);
            struct counted_bytes b = written(&s);
            expect_back(&b, &s);
            free(b.byte);
            sample_free(&s);
        }
    }
}
END_TEST

/* ---- sizes --------------------------------------------------------------------------------- */

static size_t bytes_of_tables(const struct counted_bytes *b)
{
    struct byte_reader r = {.next = b->byte, .end = b->byte + b->n};
    const size_t n = wn_read_u32(&r);
    uint64_t *number = unit_alloc(n * sizeof *number);
    ck_assert_int_eq(wn_read_numbers(&r, number, n), WN_OK);
    free(number);
    return (size_t)(r.next - b->byte);
}

/* Means of 0.02 to 40 in 20 classes: at most the entropy of the Poisson distribution, to 1 %. */
START_TEST(cost_of_poisson)
{
    uint64_t random = 3;
    struct sample s = sample_create(FEW_CLASSES, 1000000, &random);
    double bits = 0;
    for (size_t i = 0; i < s.n; i++) {
        const double mean = 0.02 * pow(2000, s.class[i] / 20.0);
        bits -= (s.count[i] * log(mean) - mean - lgamma(s.count[i] + 1.0)) / log(2);
    }
    struct counted_bytes b = written(&s);
    const double size = (double)(b.n - bytes_of_tables(&b));
    EXPECT(size < 1.01 * bits / 8, "%.0f bytes, not %.0f", size, bits / 8);
    EXPECT(size > 0.99 * bits / 8, "%.0f bytes, not %.0f", size, bits / 8);
    ck_assert_uint_lt(bytes_of_tables(&b), 1000);
    expect_back(&b, &s);
    free(b.byte);
    sample_free(&s);
}
END_TEST

static size_t size_of(enum count_kind kind, size_t n)
{
    uint64_t random = 4;
    struct sample s = sample_create(kind, n, &random);
    struct counted_bytes b = written(&s);
    free(b.byte);
    sample_free(&s);
    return b.n;
}

START_TEST(other_costs)
{
    /* one value costs nothing, wherever it is */
    ck_assert_uint_lt(size_of(ZERO, 100000), 200);
    ck_assert_uint_lt(size_of(CONSTANT, 100000), 400);
    /* noise costs no more than its bits */
    ck_assert_uint_lt(size_of(ANY_COUNT, 100000), 4 * 100000 + 4000);
    /* a few large ones do not spoil the others: 2000 of up to 4 bytes, and 2 bits for the rest */
    ck_assert_uint_lt(size_of(WITH_PEAKS, 100000), 45000);
    /* a short stream is no longer than the counts as bytes */
    ck_assert_uint_lt(size_of(FEW_CLASSES, 1000), 1000);
}
END_TEST

START_TEST(classes)
{
    ck_assert_uint_eq(count_context(0, 5), 0);
    ck_assert_uint_eq(count_context(0.0099f, 5), 0); /* sqrt 0.0995 */
    ck_assert_uint_eq(count_context(0.0101f, 5), 1);
    ck_assert_uint_eq(count_context(4, 1), 2);
    ck_assert_uint_eq(count_context(4, 5), 10);
    ck_assert_uint_eq(count_context(64770, 1), 254); /* sqrt 254.4995 */
    ck_assert_uint_eq(count_context(64771, 1), 255);
    ck_assert_uint_eq(count_context(3e38f, 16), 255);
    ck_assert_uint_eq(wn_count_stream_steps(0), 1);
    ck_assert_uint_eq(wn_count_stream_steps(4095), 1);
    ck_assert_uint_eq(wn_count_stream_steps(4096), 2);
    ck_assert_uint_eq(wn_count_stream_steps(65535), 2);
    ck_assert_uint_eq(wn_count_stream_steps(65536), 5);
}
END_TEST

/* ---- cut short, damaged -------------------------------------------------------------------- */

START_TEST(cut_at_every_byte)
{
    uint64_t random = 5;
    for (int kind = 0; kind < KINDS; kind++) {
        struct sample s = sample_create((enum count_kind)kind, 60, &random);
        struct counted_bytes b = written(&s);
        uint32_t *back = unit_alloc(s.n * sizeof *back);
        for (size_t size = 0; size < b.n; size++) {
            struct counted_bytes part = {unit_copy(b.byte, size), size};
            EXPECT(read_back(&part, s.class, back, s.n) != WN_OK, "%zu of %zu bytes", size, b.n);
            free(part.byte);
        }
        free(back);
        free(b.byte);
        sample_free(&s);
    }
}
END_TEST

START_TEST(no_room)
{
    uint64_t random = 6;
    for (int kind = 0; kind < KINDS; kind++) {
        struct sample s = sample_create((enum count_kind)kind, 60, &random);
        struct counted_bytes b = written(&s);
        for (size_t size = 0; size < b.n; size++) {
            uint8_t *part = malloc(size);
            struct byte_writer w = {.next = part, .end = part + size};
            EXPECT(wn_count_stream_write(&w, s.class, s.count, s.n) == WN_OK, "%zu bytes", size);
            EXPECT(w.full && w.next <= w.end, "%zu of %zu bytes", size, b.n);
            free(part);
        }
        free(b.byte);
        sample_free(&s);
    }
}
END_TEST

/* Any single byte changed: an error or other counts, but never a step outside. */
START_TEST(damaged)
{
    uint64_t random = 7;
    for (int kind = 0; kind < KINDS; kind++) {
        struct sample s = sample_create((enum count_kind)kind, 50, &random);
        struct counted_bytes b = written(&s);
        uint32_t *back = unit_alloc(s.n * sizeof *back);
        for (size_t k = 0; k < b.n; k++) {
            const uint8_t other[] = {0, 1, 127, 255, b.byte[k] ^ 1, (uint8_t)unit_random(&random)};
            for (size_t j = 0; j < sizeof other; j++) {
                struct counted_bytes wrong = {unit_copy(b.byte, b.n), b.n};
                wrong.byte[k] = other[j];
                read_back(&wrong, s.class, back, s.n);
                free(wrong.byte);
            }
        }
        free(back);
        free(b.byte);
        sample_free(&s);
    }
}
END_TEST

/* A bit of the words changed is noticed: the states do not end where they should. */
START_TEST(damaged_words)
{
    uint64_t random = 8;
    struct sample s = sample_create(FEW_CLASSES, 300, &random);
    struct counted_bytes b = written(&s);
    struct stream_parts *p = parts_of(&b);
    uint32_t *back = unit_alloc(s.n * sizeof *back);
    for (size_t bit = 0; bit < 16 * p->words; bit++) {
        p->word[bit / 8] ^= (uint8_t)(1 << bit % 8);
        struct counted_bytes wrong = bytes_of(p);
        EXPECT(read_back(&wrong, s.class, back, s.n) == WN_ERR_CORRUPT, "bit %zu", bit);
        free(wrong.byte);
        p->word[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    free(back);
    parts_free(p);
    free(b.byte);
    sample_free(&s);
}
END_TEST

/* Other classes than the writer's, more counts, or fewer. */
START_TEST(other_classes)
{
    uint64_t random = 9;
    struct sample s = sample_create(FEW_CLASSES, 500, &random);
    struct counted_bytes b = written(&s);
    uint32_t *back = unit_alloc(501 * sizeof *back);
    uint8_t *class = unit_alloc(501);
    memcpy(class, s.class, 500);
    ck_assert_int_eq(read_back(&b, class, back, 500), WN_OK);
    class[500] = class[0];
    ck_assert_int_eq(read_back(&b, class, back, 499), WN_ERR_CORRUPT);
    ck_assert_int_eq(read_back(&b, class, back, 501), WN_ERR_CORRUPT);
    class[250] = 20;
    ck_assert_int_eq(read_back(&b, class, back, 500), WN_ERR_CORRUPT);
    memset(class, s.class[0], 500);
    ck_assert_int_eq(read_back(&b, class, back, 500), WN_ERR_CORRUPT);
    free(back);
    free(class);
    free(b.byte);
    sample_free(&s);
}
END_TEST

UNIT_MAIN(there_and_back, cost_of_poisson, other_costs, classes, cut_at_every_byte, no_room,
          damaged, damaged_words, other_classes)
