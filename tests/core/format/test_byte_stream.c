/* Numbers and planes: round trips, against the document, and cut short. */
#include <blosc.h>
#include <stdlib.h>
#include <string.h>

#include "format/byte_stream.h"
#include "support/unit.h"

/* ---- series of numbers --------------------------------------------------------------------- */

enum stream_kind { SMALL, ZERO, ANY_SIZE, LARGEST, EDGES, MOSTLY_SMALL, KINDS };

static uint64_t random_number(enum stream_kind kind, uint64_t *random)
{
    switch (kind) {
    case ZERO:
        return 0;
    case SMALL:
        return unit_random(random) % 8;
    case LARGEST:
        return UINT64_MAX - unit_random(random) % 3;
    case EDGES: /* powers of two and their neighbours */
        return ((uint64_t)1 << unit_random(random) % 64) + unit_random(random) % 3 - 1;
    case MOSTLY_SMALL:
        return unit_random(random) % 50 ? unit_poisson(random, 2) : unit_random(random) >> 30;
    case ANY_SIZE:
    case KINDS:
        break;
    }
    return unit_random(random) >> unit_random(random) % 64;
}

static uint64_t *random_numbers(enum stream_kind kind, size_t n, uint64_t *random)
{
    uint64_t *number = unit_alloc(n * sizeof *number);
    for (size_t i = 0; i < n; i++)
        number[i] = random_number(kind, random);
    return number;
}

/* Bytes in a buffer of exactly their size. */
struct bytes {
    uint8_t *byte;
    size_t n;
};

typedef wn_status write_function(struct byte_writer *w, const uint64_t *number, size_t n,
                                 size_t bytes);
typedef wn_status read_function(struct byte_reader *r, uint64_t *number, size_t n, size_t bytes);

static wn_status write_as_numbers(struct byte_writer *w, const uint64_t *number, size_t n,
                                  size_t bytes)
{
    (void)bytes;
    return wn_write_numbers(w, number, n);
}

static wn_status read_as_numbers(struct byte_reader *r, uint64_t *number, size_t n, size_t bytes)
{
    (void)bytes;
    return wn_read_numbers(r, number, n);
}

static struct bytes written(write_function *write, const uint64_t *number, size_t n, size_t bytes)
{
    const size_t room = 64 + 24 * (n + 8);
    uint8_t *buffer = unit_alloc(room);
    struct byte_writer w = {.next = buffer, .end = buffer + room};
    ck_assert_int_eq(write(&w, number, n, bytes), WN_OK);
    ck_assert(!w.full);
    const size_t used = (size_t)(w.next - buffer);
    const struct bytes b = {unit_copy(buffer, used), used};
    free(buffer);
    return b;
}

/* Reading gives the numbers back and takes all bytes. */
static void expect_back(read_function *read, const struct bytes *b, const uint64_t *number,
                        size_t n, size_t bytes)
{
    struct byte_reader r = {.next = b->byte, .end = b->byte + b->n};
    uint64_t *back = malloc(n * sizeof *back);
    ck_assert_int_eq(read(&r, back, n, bytes), WN_OK);
    ck_assert(!r.cut && r.next == r.end);
    const uint64_t mask = UINT64_MAX >> (64 - 8 * bytes);
    for (size_t i = 0; i < n; i++)
        EXPECT(back[i] == (number[i] & mask), "number %zu of %zu: %llx, not %llx", i, n,
               (unsigned long long)back[i], (unsigned long long)number[i]);
    free(back);
}

static size_t random_length(uint64_t *random)
{
    const size_t special[] = {0, 1, 2, 15, 16, 17, 31, 32, 127, 128, 129, 255, 256};
    const size_t which = (size_t)unit_integer(random, 0, 19);
    return which < 13 ? special[which] : (size_t)unit_integer(random, 0, 3000);
}

START_TEST(numbers_there_and_back)
{
    uint64_t random = 1;
    for (int i = 0; i < 3000; i++) {
        const size_t n = random_length(&random);
        uint64_t *number = random_numbers((enum stream_kind)(i % KINDS), n, &random);
        struct bytes b = written(write_as_numbers, number, n, 8);
        expect_back(read_as_numbers, &b, number, n, 8);
        free(b.byte);
        free(number);
    }
}
END_TEST

START_TEST(planes_there_and_back)
{
    uint64_t random = 2;
    const size_t bytes[] = {1, 2, 4, 8};
    for (int i = 0; i < 2000; i++) {
        const size_t n = random_length(&random), size = bytes[i % 4];
        uint64_t *number = random_numbers((enum stream_kind)(i / 4 % KINDS), n, &random);
        struct bytes b = written(wn_write_planes, number, n, size);
        expect_back(wn_read_planes, &b, number, n, size);
        free(b.byte);
        free(number);
    }
}
END_TEST

/* A long string: more than what is compressed with more effort. */
START_TEST(many_numbers)
{
    uint64_t random = 3;
    const size_t n = 200000;
    uint64_t *number = random_numbers(MOSTLY_SMALL, n, &random);
    struct bytes b = written(write_as_numbers, number, n, 8);
    expect_back(read_as_numbers, &b, number, n, 8);
    free(b.byte);
    b = written(wn_write_planes, number, n, 8);
    expect_back(wn_read_planes, &b, number, n, 8);
    free(b.byte);
    free(number);
}
END_TEST

/* ---- the document (plugin/FORMAT.md, 5) ---------------------------------------------------- */

static size_t take(const uint8_t **p)
{
    const size_t v = (*p)[0] | (size_t)(*p)[1] << 8 | (size_t)(*p)[2] << 16 | (size_t)(*p)[3] << 24;
    *p += 4;
    return v;
}

static void plain_string(const uint8_t **p, uint8_t *string, size_t n)
{
    const uint8_t method = *(*p)++;
    memset(string, 0, n);
    if (method == 2)
        return;
    const size_t size = take(p);
    if (method == 1) {
        ck_assert_int_eq(blosc_decompress_ctx(*p, string, n, 1), (int)n);
    } else {
        ck_assert_uint_eq(method, 0);
        ck_assert_uint_eq(size, n);
        memcpy(string, *p, n);
    }
    *p += size;
}

/* One bit at a time. */
static void plain_numbers(const uint8_t **p, uint64_t *number, size_t n)
{
    uint8_t *code = unit_alloc(n);
    plain_string(p, code, n);
    const size_t bytes = take(p);
    size_t bit = 0;
    for (size_t i = 0; i < n; i++) {
        const unsigned c = code[i], b = c < 8 ? 0 : c / 4 - 1;
        uint64_t low = 0;
        for (unsigned k = 0; k < b; k++, bit++)
            low |= (uint64_t)((*p)[bit / 8] >> bit % 8 & 1) << k;
        ck_assert_uint_le(c, 251);
        number[i] = c < 8 ? c : ((uint64_t)(c - 4 * b) << b) + low;
    }
    ck_assert_uint_eq(bytes, (bit + 7) / 8);
    for (; bit < 8 * bytes; bit++)
        ck_assert_uint_eq((*p)[bit / 8] >> bit % 8 & 1, 0);
    *p += bytes;
    free(code);
}

START_TEST(numbers_by_the_document)
{
    uint64_t random = 4;
    for (int i = 0; i < 600; i++) {
        const size_t n = random_length(&random);
        uint64_t *number = random_numbers((enum stream_kind)(i % KINDS), n, &random);
        uint64_t *plain = unit_alloc(n * sizeof *plain);
        struct bytes b = written(write_as_numbers, number, n, 8);
        const uint8_t *p = b.byte;
        plain_numbers(&p, plain, n);
        ck_assert_ptr_eq(p, b.byte + b.n);
        for (size_t k = 0; k < n; k++)
            EXPECT(plain[k] == number[k], "number %zu of %zu", k, n);
        free(b.byte);
        free(number);
        free(plain);
    }
}
END_TEST

START_TEST(planes_by_the_document)
{
    uint64_t random = 5;
    for (int i = 0; i < 300; i++) {
        const size_t n = random_length(&random);
        uint64_t *number = random_numbers((enum stream_kind)(i % KINDS), n, &random);
        uint8_t *string = unit_alloc(n);
        struct bytes b = written(wn_write_planes, number, n, 8);
        const uint8_t *p = b.byte;
        for (unsigned k = 0; k < 8; k++) {
            plain_string(&p, string, n);
            for (size_t j = 0; j < n; j++)
                EXPECT(string[j] == (number[j] >> 8 * k & 255), "plane %u, number %zu", k, j);
        }
        ck_assert_ptr_eq(p, b.byte + b.n);
        free(b.byte);
        free(number);
        free(string);
    }
}
END_TEST

/* What is small stays small: zeros cost nothing, and no number costs more than 9 bytes. */
START_TEST(sizes)
{
    uint64_t random = 6;
    uint64_t *zero = random_numbers(ZERO, 5000, &random);
    struct bytes b = written(write_as_numbers, zero, 5000, 8);
    ck_assert_uint_le(b.n, 5);
    free(b.byte);
    b = written(wn_write_planes, zero, 5000, 8);
    ck_assert_uint_le(b.n, 8);
    free(b.byte);
    free(zero);
    uint64_t *any = random_numbers(LARGEST, 5000, &random);
    b = written(write_as_numbers, any, 5000, 8);
    ck_assert_uint_le(b.n, 9 * 5000 + 9);
    free(b.byte);
    free(any);
}
END_TEST

/* ---- cut short ----------------------------------------------------------------------------- */

static void expect_cut(read_function *read, const struct bytes *b, size_t n, size_t bytes)
{
    uint64_t *back = unit_alloc(n * sizeof *back);
    for (size_t size = 0; size < b->n; size++) {
        uint8_t *part = unit_copy(b->byte, size); /* so that the sanitizer sees the end */
        struct byte_reader r = {.next = part, .end = part + size};
        EXPECT(read(&r, back, n, bytes) != WN_OK, "%zu of %zu bytes", size, b->n);
        free(part);
    }
    free(back);
}

static void expect_full(write_function *write, size_t used, const uint64_t *number, size_t n,
                        size_t bytes)
{
    for (size_t size = 0; size < used; size++) {
        uint8_t *part = malloc(size);
        struct byte_writer w = {.next = part, .end = part + size};
        EXPECT(write(&w, number, n, bytes) == WN_OK, "%zu of %zu bytes", size, used);
        EXPECT(w.full && w.next <= w.end, "%zu of %zu bytes", size, used);
        free(part);
    }
}

START_TEST(cut_at_every_byte)
{
    uint64_t random = 7;
    for (int i = 0; i < 30; i++) {
        const size_t n = (size_t)unit_integer(&random, 1, 300);
        uint64_t *number = random_numbers((enum stream_kind)(i % KINDS), n, &random);
        struct bytes b = written(write_as_numbers, number, n, 8);
        expect_cut(read_as_numbers, &b, n, 8);
        free(b.byte);
        b = written(wn_write_planes, number, n, 4);
        expect_cut(wn_read_planes, &b, n, 4);
        free(b.byte);
        free(number);
    }
}
END_TEST

/* Whatever room there is, nothing is written beyond it. With more room than what Blosc needs in
 * the end, but less than it asks for, strings may come out longer: only too little room is full. */
START_TEST(no_room)
{
    uint64_t random = 8;
    for (int i = 0; i < 30; i++) {
        const size_t n = (size_t)unit_integer(&random, 1, 200);
        uint64_t *number = random_numbers((enum stream_kind)(i % KINDS), n, &random);
        struct bytes b = written(write_as_numbers, number, n, 8);
        expect_full(write_as_numbers, b.n, number, n, 8);
        free(b.byte);
        b = written(wn_write_planes, number, n, 8);
        expect_full(wn_write_planes, b.n, number, n, 8);
        free(b.byte);
        free(number);
    }
}
END_TEST

/* Any single byte changed: an error or other numbers, but never a step outside. */
START_TEST(damaged)
{
    uint64_t random = 9;
    for (int i = 0; i < 60; i++) {
        const size_t n = (size_t)unit_integer(&random, 1, 120);
        uint64_t *number = random_numbers((enum stream_kind)(i % KINDS), n, &random);
        uint64_t *back = unit_alloc(n * sizeof *back);
        struct bytes b = written(write_as_numbers, number, n, 8);
        for (size_t k = 0; k < b.n; k++) {
            const uint8_t other[] = {0, 1, 2, 3, 127, 128, 255, (uint8_t)unit_random(&random)};
            for (size_t j = 0; j < sizeof other; j++) {
                uint8_t *wrong = unit_copy(b.byte, b.n);
                wrong[k] = other[j];
                struct byte_reader r = {.next = wrong, .end = wrong + b.n};
                const wn_status status = wn_read_numbers(&r, back, n);
                EXPECT(status == WN_OK || status == WN_ERR_TRUNCATED || status == WN_ERR_CORRUPT,
                       "byte %zu: %d", k, (int)status);
                ck_assert(r.next <= r.end);
                free(wrong);
            }
        }
        free(b.byte);
        free(number);
        free(back);
    }
}
END_TEST

static wn_status read_exactly(const uint8_t *bytes, size_t size, size_t n)
{
    uint64_t back[64];
    uint8_t *exact = unit_copy(bytes, size);
    struct byte_reader r = {.next = exact, .end = exact + size};
    const wn_status status = wn_read_numbers(&r, back, n);
    free(exact);
    return status;
}

START_TEST(wrong_numbers)
{
    /* one number, 8 = code 8 with 1 low bit, which is 0 */
    const uint8_t good[] = {0, 1, 0, 0, 0, 8, 1, 0, 0, 0, 0};
    ck_assert_int_eq(read_exactly(good, sizeof good, 1), WN_OK);
    const uint8_t method[] = {3, 1, 0, 0, 0, 8, 1, 0, 0, 0, 0};
    ck_assert_int_eq(read_exactly(method, sizeof method, 1), WN_ERR_CORRUPT);
    const uint8_t longer[] = {0, 2, 0, 0, 0, 8, 1, 0, 0, 0, 0};
    ck_assert_int_eq(read_exactly(longer, sizeof longer, 1), WN_ERR_CORRUPT);
    const uint8_t huge[] = {0, 255, 255, 255, 255, 8, 1, 0, 0, 0, 0};
    ck_assert_int_eq(read_exactly(huge, sizeof huge, 1), WN_ERR_TRUNCATED);
    const uint8_t code[] = {0, 1, 0, 0, 0, 252, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    ck_assert_int_eq(read_exactly(code, sizeof code, 1), WN_ERR_CORRUPT);
    const uint8_t few_bits[] = {0, 1, 0, 0, 0, 8, 0, 0, 0, 0};
    ck_assert_int_eq(read_exactly(few_bits, sizeof few_bits, 1), WN_ERR_CORRUPT);
    const uint8_t many_bits[] = {0, 1, 0, 0, 0, 8, 2, 0, 0, 0, 0, 0};
    ck_assert_int_eq(read_exactly(many_bits, sizeof many_bits, 1), WN_ERR_CORRUPT);
    const uint8_t huge_bits[] = {0, 1, 0, 0, 0, 8, 255, 255, 255, 255, 0};
    ck_assert_int_eq(read_exactly(huge_bits, sizeof huge_bits, 1), WN_ERR_TRUNCATED);
}
END_TEST

/* ---- single values ------------------------------------------------------------------------- */

START_TEST(little_endian_values)
{
    uint8_t bytes[7];
    struct byte_writer w = {.next = bytes, .end = bytes + 7};
    wn_write_u8(&w, 0x12);
    wn_write_u16(&w, 0x3456);
    wn_write_u32(&w, 0x789abcdeu);
    const uint8_t expected[] = {0x12, 0x56, 0x34, 0xde, 0xbc, 0x9a, 0x78};
    ck_assert_mem_eq(bytes, expected, 7);
    ck_assert(!w.full);
    wn_write_u8(&w, 1);
    ck_assert(w.full);

    struct byte_reader r = {.next = bytes, .end = bytes + 7};
    ck_assert_uint_eq(wn_read_u8(&r), 0x12);
    ck_assert_uint_eq(wn_read_u16(&r), 0x3456);
    ck_assert_uint_eq(wn_read_u32(&r), 0x789abcdeu);
    ck_assert(!r.cut);
    ck_assert_uint_eq(wn_read_u8(&r), 0);
    ck_assert(r.cut);
    /* once cut, nothing more comes, though there may be some left */
    r = (struct byte_reader){.next = bytes, .end = bytes + 3};
    ck_assert_uint_eq(wn_read_u32(&r), 0);
    ck_assert_uint_eq(wn_read_u8(&r), 0);
    ck_assert_ptr_null(wn_read_bytes(&r, 1));
    ck_assert(r.cut && r.next == bytes);
    /* once full, nothing more is written, though there may be room */
    w = (struct byte_writer){.next = bytes, .end = bytes + 3};
    wn_write_u32(&w, 0);
    wn_write_u8(&w, 0);
    ck_assert(w.full && w.next == bytes);
    ck_assert_mem_eq(bytes, expected, 7);
    ck_assert_ptr_null(wn_write_room(&w, 0));
    w = (struct byte_writer){.next = bytes, .end = bytes + 3};
    ck_assert_ptr_null(wn_write_room(&w, SIZE_MAX));
    r = (struct byte_reader){.next = bytes, .end = bytes + 3};
    ck_assert_ptr_null(wn_read_bytes(&r, SIZE_MAX));
}
END_TEST

START_TEST(zigzag_order)
{
    for (int64_t v = -1000; v <= 1000; v++) {
        ck_assert_uint_eq(zigzag(v), v >= 0 ? 2 * (uint64_t)v : 2 * (uint64_t)-v - 1);
        ck_assert_int_eq(unzigzag(zigzag(v)), v);
    }
    ck_assert_uint_eq(zigzag(INT64_MIN), UINT64_MAX);
    ck_assert_int_eq(unzigzag(UINT64_MAX), INT64_MIN);
    ck_assert_int_eq(unzigzag(zigzag(INT64_MAX)), INT64_MAX);
}
END_TEST

UNIT_MAIN(numbers_there_and_back, planes_there_and_back, many_numbers, numbers_by_the_document,
          planes_by_the_document, sizes, cut_at_every_byte, no_room, damaged, wrong_numbers,
          little_endian_values, zigzag_order)
