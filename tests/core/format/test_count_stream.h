/* What the tests of count streams share: samples of counts, and the parts of a stream. */
#ifndef TEST_CORE_FORMAT_TEST_COUNT_STREAM_H
#define TEST_CORE_FORMAT_TEST_COUNT_STREAM_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "encode/count_stream_write.h"
#include "format/count_stream.h"
#include "format/count_stream_read.h"
#include "support/unit.h"

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

static inline uint32_t limited(double count)
{
    return count < LARGEST_COUNT ? (uint32_t)count : LARGEST_COUNT;
}

static inline uint32_t random_count(enum count_kind kind, uint8_t class, uint64_t *random)
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

static inline struct sample sample_create(enum count_kind kind, size_t n, uint64_t *random)
{
    struct sample s = {n, unit_alloc(n), unit_alloc(n * sizeof(uint32_t))};
    const bool all = kind == ALL_CLASSES || kind == HUGE_MEANS;
    for (size_t i = 0; i < n; i++) {
        s.class[i] = (uint8_t)(unit_random(random) % (all ? 256 : kind == ZERO ? 1 : 20));
        s.count[i] = random_count(kind, s.class[i], random);
    }
    return s;
}

static inline void sample_free(struct sample *s)
{
    free(s->class);
    free(s->count);
}

/* Bytes in a buffer of exactly their size. */
struct counted_bytes {
    uint8_t *byte;
    size_t n;
};

static inline struct counted_bytes written(const struct sample *s)
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
static inline wn_status read_back(const struct counted_bytes *b, const uint8_t *class,
                                  uint32_t *count, size_t n)
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

/* A stream taken apart. */
#define MAX_NUMBERS (256 * 260)
struct stream_parts {
    size_t numbers, words, low, escapes;
    uint64_t *number;
    uint8_t *word;
    uint8_t *bits;
    uint64_t *escape;
};

static inline struct stream_parts *parts_of(const struct counted_bytes *b)
{
    struct stream_parts *p = unit_alloc(sizeof *p);
    struct byte_reader r = {.next = b->byte, .end = b->byte + b->n};
    p->numbers = wn_read_u32(&r);
    ck_assert_uint_le(p->numbers, MAX_NUMBERS);
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

static inline void parts_free(struct stream_parts *p)
{
    free(p->number);
    free(p->word);
    free(p->bits);
    free(p->escape);
    free(p);
}

static inline void write_all(struct byte_writer *w, const uint8_t *bytes, size_t n)
{
    uint8_t *room = wn_write_room(w, n);
    ck_assert_ptr_nonnull(room);
    if (n > 0)
        memcpy(room, bytes, n);
}

static inline struct counted_bytes bytes_of(const struct stream_parts *p)
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

#endif
