/* Streams of counts: there and back, against the layout in core/format/count_stream.h, at the cost
 * of their entropy, and damaged. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "encode/count_stream_write.h"
#include "format/count_stream.h"
#include "format/count_stream_read.h"
#include "support/unit.h"

/* ---- counts of many kinds ------------------------------------------------------------------ */

struct sample {
    size_t n;
    uint8_t *class;
    uint32_t *count;
};

enum count_kind {
    ZERO,
    CONSTANT,     /* another one for each class */
    FEW_CLASSES,  /* means of 0.02 to 40 */
    ALL_CLASSES,  /* 256 of them, means of 0 to 2600 */
    HUGE_MEANS,   /* up to the largest count */
    WITH_PEAKS,   /* small, but for a few of any size */
    ANY_COUNT,    /* noise over all of 32 bits */
    ONE_BUT_HUGE, /* two values, the largest and 0 */
    KINDS
};

static uint32_t limited(double count)
{
    return count < LARGEST_COUNT ? (uint32_t)count : LARGEST_COUNT;
}

static uint32_t random_count(enum count_kind kind, uint8_t class, uint64_t *random)
{
    switch (kind) {
    case ZERO:
        return 0;
    case CONSTANT:
        return class == 0 ? LARGEST_COUNT : 3u * class;
    case FEW_CLASSES:
        return unit_poisson(random, 0.02 * pow(2000, class / 20.0));
    case ALL_CLASSES:
        return unit_poisson(random, class * class / 25.0);
    case HUGE_MEANS:
        return limited(unit_poisson(random, pow(2, class / 8.0)) * 1.5);
    case WITH_PEAKS:
        if (unit_random(random) % 50 == 0)
            return limited((double)(unit_random(random) >> (32 + unit_random(random) % 32)));
        return unit_poisson(random, 0.5 + 0.2 * class);
    case ONE_BUT_HUGE:
        return unit_random(random) % 100 ? 0 : LARGEST_COUNT;
    case ANY_COUNT:
    case KINDS:
        break;
    }
    return limited((double)(unit_random(random) >> 32));
}

static struct sample sample_create(enum count_kind kind, size_t n, uint64_t *random)
{
    struct sample s = {n, unit_alloc(n), unit_alloc(n * sizeof(uint32_t))};
    const bool all = kind == ALL_CLASSES || kind == HUGE_MEANS;
    for (size_t i = 0; i < n; i++) {
        s.class[i] = (uint8_t)(unit_random(random) % (all ? 256 : kind == ZERO ? 1 : 20));
        s.count[i] = random_count(kind, s.class[i], random);
    }
    return s;
}

static void sample_free(struct sample *s)
{
    free(s->class);
    free(s->count);
}

/* Bytes in a buffer of exactly their size. */
struct counted_bytes {
    uint8_t *byte;
    size_t n;
};

static struct counted_bytes written(const struct sample *s)
{
    const size_t room = 200000 + 9 * s->n;
    uint8_t *buffer = unit_alloc(room);
    struct byte_writer w = {.next = buffer, .end = buffer + room};
    ck_assert_int_eq(wn_count_stream_write(&w, s->class, s->count, s->n), WN_OK);
    ck_assert(!w.full);
    const size_t used = (size_t)(w.next - buffer);
    const struct counted_bytes b = {unit_copy(buffer, used), used};
    free(buffer);
    return b;
}

/* What reading says; WN_OK only if all bytes are taken and the counts are counts. */
static wn_status read_back(const struct counted_bytes *b, const uint8_t *class, uint32_t *count,
                           size_t n)
{
    struct byte_reader r = {.next = b->byte, .end = b->byte + b->n};
    const wn_status status = wn_count_stream_read(&r, class, count, n);
    ck_assert(r.next <= r.end);
    if (status != WN_OK) {
        EXPECT(status == WN_ERR_TRUNCATED || status == WN_ERR_CORRUPT, "%d", (int)status);
        return status;
    }
    for (size_t i = 0; i < n; i++)
        EXPECT(count[i] <= LARGEST_COUNT, "count %zu of %zu", i, n);
    return r.next == r.end ? WN_OK : WN_ERR_CORRUPT;
}

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

/* ---- the layout ---------------------------------------------------------------------------- */

/* A stream taken apart. */
#define MOST_NUMBERS (256 * 260)
struct stream_parts {
    size_t numbers, words, low, escapes;
    uint64_t *number;
    uint8_t *word;
    uint8_t *bits;
    uint64_t *escape;
};

static struct stream_parts *parts_of(const struct counted_bytes *b)
{
    struct stream_parts *p = unit_alloc(sizeof *p);
    struct byte_reader r = {.next = b->byte, .end = b->byte + b->n};
    p->numbers = wn_read_u32(&r);
    ck_assert_uint_le(p->numbers, MOST_NUMBERS);
    p->number = unit_alloc((p->numbers + 1) * 8);
    ck_assert_int_eq(wn_read_numbers(&r, p->number, p->numbers), WN_OK);
    p->words = wn_read_u32(&r);
    p->word = unit_copy(wn_read_bytes(&r, 2 * p->words), 2 * p->words);
    p->low = wn_read_u32(&r);
    p->bits = unit_copy(wn_read_bytes(&r, p->low), p->low);
    p->escapes = wn_read_u32(&r);
    p->escape = unit_alloc((p->escapes + 1) * 8);
    ck_assert_int_eq(wn_read_numbers(&r, p->escape, p->escapes), WN_OK);
    ck_assert(!r.cut && r.next == r.end);
    return p;
}

static void parts_free(struct stream_parts *p)
{
    free(p->number);
    free(p->word);
    free(p->bits);
    free(p->escape);
    free(p);
}

static void write_all(struct byte_writer *w, const uint8_t *bytes, size_t n)
{
    uint8_t *room = wn_write_room(w, n);
    ck_assert_ptr_nonnull(room);
    if (n > 0)
        memcpy(room, bytes, n);
}

static struct counted_bytes bytes_of(const struct stream_parts *p)
{
    const size_t room = 1000 + 10 * (p->numbers + p->escapes) + 2 * p->words + p->low;
    uint8_t *buffer = unit_alloc(room);
    struct byte_writer w = {.next = buffer, .end = buffer + room};
    wn_write_u32(&w, (uint32_t)p->numbers);
    ck_assert_int_eq(wn_write_numbers(&w, p->number, p->numbers), WN_OK);
    wn_write_u32(&w, (uint32_t)p->words);
    write_all(&w, p->word, 2 * p->words);
    wn_write_u32(&w, (uint32_t)p->low);
    write_all(&w, p->bits, p->low);
    wn_write_u32(&w, (uint32_t)p->escapes);
    ck_assert_int_eq(wn_write_numbers(&w, p->escape, p->escapes), WN_OK);
    ck_assert(!w.full);
    const struct counted_bytes b = {unit_copy(buffer, (size_t)(w.next - buffer)),
                                    (size_t)(w.next - buffer)};
    free(buffer);
    return b;
}

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

/* Means of 0.02 to 40 in 20 classes: no more than what Poisson's law says, but for 1 %. */
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

    const uint32_t n[] = {MOST_NUMBERS + 1, UINT32_MAX};
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

UNIT_MAIN(there_and_back, by_the_document, nothing, cost_of_poisson, other_costs, classes,
          all_escape, many_low_bits, padding_is_zero, wrong_tables, other_tables, wrong_lengths,
          cut_at_every_byte, no_room, damaged, damaged_words, other_classes)
