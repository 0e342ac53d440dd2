/* Reading streams of counts: rANS symbols (format/rans.c), then low bits and escapes for the few
 * that need them. Counts are decoded as if they were symbols alone, and the others are found eight
 * at a time (SWAR). Linear in the number of counts. */
#include "format/count_stream_read.h"

#include <stdlib.h>
#include <string.h>

#include "common/bytes.h"
#include "common/simd.h"

/* ---- tables -------------------------------------------------------------------------------- */

/* Numbers that are read one by one; one that is missing or too large sets `wrong`. */
struct symbol_numbers {
    const uint64_t *next, *end;
    bool wrong;
};

static uint32_t take(struct symbol_numbers *numbers, uint32_t most)
{
    if (numbers->next == numbers->end || *numbers->next > most) {
        numbers->wrong = true;
        return 0;
    }
    return (uint32_t)*numbers->next++;
}

/* Whether the frequencies sum up to SLOTS and no symbol that occurs begins above the largest count.
 * As no frequency reaches SLOTS, at least two symbols occur. */
static bool is_code(const struct count_code *code)
{
    uint32_t sum = 0;
    for (unsigned j = 0; j <= code->symbols; j++) {
        const uint64_t count = code->base + ((uint64_t)j << code->shift);
        if (j < code->symbols && code->frequency[j] > 0 && count > LARGEST_COUNT)
            return false;
        sum += code->frequency[j];
    }
    return sum == SLOTS;
}

static bool take_tables(struct symbol_numbers *numbers, struct count_codes *codes)
{
    unsigned next_context = 0;
    while (numbers->next != numbers->end) {
        const unsigned context = next_context + take(numbers, COUNT_CONTEXTS);
        if (context >= COUNT_CONTEXTS)
            return false;
        struct count_code *code = &codes->all[codes->n++];
        code->base = take(numbers, LARGEST_COUNT);
        code->shift = take(numbers, 31);
        code->symbols = take(numbers, MAX_SYMBOLS);
        for (unsigned j = 0; j <= code->symbols; j++)
            code->frequency[j] = (uint16_t)take(numbers, SLOTS - 1);
        if (numbers->wrong || !is_code(code))
            return false;
        codes->of[context] = code;
        next_context = context + 1;
    }
    return !numbers->wrong;
}

static wn_status read_tables(struct byte_reader *r, struct count_codes *codes)
{
    const uint32_t n = wn_read_u32(r);
    if (r->cut)
        return WN_ERR_TRUNCATED;
    if (n > COUNT_CONTEXTS * TABLE_NUMBERS)
        return WN_ERR_CORRUPT;
    codes->all = malloc(COUNT_CONTEXTS * sizeof *codes->all);
    uint64_t *number = malloc((n + 1) * sizeof *number);
    wn_status status = codes->all && number ? wn_read_numbers(r, number, n) : WN_ERR_MEMORY;
    struct symbol_numbers numbers = {.next = number, .end = number + n};
    if (status == WN_OK && !take_tables(&numbers, codes))
        status = WN_ERR_CORRUPT;
    free(number);
    return status;
}

/* ---- low bits and escapes ------------------------------------------------------------------ */

/* Copy the low bits, padded so that 8 bytes can be read at their end. */
static wn_status read_low_bits(struct byte_reader *r, struct count_stream *c)
{
    const uint32_t bytes = wn_read_u32(r);
    const uint8_t *stored = wn_read_bytes(r, bytes);
    if (!stored)
        return WN_ERR_TRUNCATED;
    c->low = malloc((size_t)bytes + 8);
    if (!c->low)
        return WN_ERR_MEMORY;
    memcpy(c->low, stored, bytes);
    memset(c->low + bytes, 0, 8);
    c->bits = 8 * (uint64_t)bytes;
    return WN_OK;
}

static wn_status read_escapes(struct byte_reader *r, size_t most, struct count_stream *c)
{
    c->escapes = wn_read_u32(r);
    if (r->cut)
        return WN_ERR_TRUNCATED;
    if (c->escapes > most)
        return WN_ERR_CORRUPT;
    c->escape = malloc((c->escapes + 1) * sizeof *c->escape);
    if (!c->escape)
        return WN_ERR_MEMORY;
    const wn_status status = wn_read_numbers(r, c->escape, c->escapes);
    for (size_t i = 0; i < c->escapes && status == WN_OK; i++)
        c->wrong |= c->escape[i] > LARGEST_COUNT;
    return status;
}

static uint32_t take_low_bits(struct count_stream *c, unsigned bits)
{
    if (bits > c->bits - c->bits_used) {
        c->wrong = true;
        return 0;
    }
    const uint64_t at = load_u64(c->low + c->bits_used / 8) >> c->bits_used % 8;
    c->bits_used += bits;
    return (uint32_t)(at & ((1u << bits) - 1));
}

static uint32_t take_escape(struct count_stream *c)
{
    if (c->escapes_used == c->escapes) {
        c->wrong = true;
        return 0;
    }
    return (uint32_t)c->escape[c->escapes_used++];
}

/* ---- counts -------------------------------------------------------------------------------- */

wn_status wn_count_stream_open(struct count_stream *c, struct byte_reader *r, size_t most)
{
    *c = (struct count_stream){.wrong = false};
    wn_status status = read_tables(r, &c->codes);
    if (status == WN_OK)
        status = wn_rans_open(&c->symbols, r, &c->codes);
    if (status == WN_OK)
        status = read_low_bits(r, c);
    if (status == WN_OK)
        status = read_escapes(r, most, c);
    if (status != WN_OK)
        wn_count_stream_close(c);
    for (unsigned context = 0; status == WN_OK && context < COUNT_CONTEXTS; context++) {
        const struct count_code *code = c->codes.of[context];
        c->plain[context] = code ? count_code_plain(code) : 0;
    }
    return status;
}

void wn_count_stream_close(struct count_stream *c)
{
    free(c->codes.all);
    wn_rans_close(&c->symbols);
    free(c->low);
    free(c->escape);
    *c = (struct count_stream){.wrong = true};
}

/* The count of a symbol with low bits, or of an escape. */
static uint32_t special_count(struct count_stream *c, uint8_t context, unsigned symbol)
{
    const struct count_code *code = c->codes.of[context];
    if (!code) {
        c->wrong = true;
        return 0;
    }
    if (symbol == code->symbols)
        return take_escape(c);
    const uint64_t first = code->base + ((uint64_t)symbol << code->shift);
    const uint64_t count = first + take_low_bits(c, code->shift);
    c->wrong |= count > LARGEST_COUNT;
    return (uint32_t)count;
}

/* Counts are decoded in batches, and checked for special ones in groups of 8 bytes (SWAR), most of
 * which have none. */
#define GROUP 8
#define BATCH (64 * RANS_STATES)

/* Decode all counts as symbols without low bits; special[i] marks those that are not. */
WN_MULTIVERSION
static void plain_counts(const uint32_t *restrict plain, const uint8_t *restrict context,
                         const uint8_t *restrict symbol, size_t n, uint32_t *restrict count,
                         uint8_t *restrict special)
{
    for (size_t i = 0; i < n; i++) {
        const uint32_t p = plain[context[i]];
        count[i] = (p >> 8) + symbol[i];
        special[i] = symbol[i] >= (p & 255);
    }
}

static void next_counts(struct count_stream *c, const uint8_t *context, uint32_t *count, size_t n)
{
    uint8_t symbol[BATCH], special[BATCH + GROUP];
    wn_rans_next(&c->symbols, context, n, symbol);
    plain_counts(c->plain, context, symbol, n, count, special);
    memset(special + n, 0, GROUP);
    for (size_t i = 0; i < n; i += GROUP) {
        if (load_u64(special + i) == 0)
            continue;
        for (size_t k = i; k < i + GROUP; k++) {
            if (special[k])
                count[k] = special_count(c, context[k], symbol[k]);
        }
    }
}

void wn_count_stream_next(struct count_stream *c, const uint8_t *context, uint32_t *count, size_t n)
{
    for (size_t i = 0; i < n; i += BATCH)
        next_counts(c, context + i, count + i, n - i < BATCH ? n - i : BATCH);
}

bool wn_count_stream_is_complete(struct count_stream *c)
{
    const uint64_t padding = c->bits - c->bits_used;
    return !c->wrong && wn_rans_is_at_end(&c->symbols) && c->escapes_used == c->escapes &&
           padding < 8 && take_low_bits(c, (unsigned)padding) == 0;
}

wn_status wn_count_stream_read(struct byte_reader *r, const uint8_t *context, uint32_t *count,
                               size_t n)
{
    struct count_stream c;
    const wn_status status = wn_count_stream_open(&c, r, n);
    if (status != WN_OK)
        return status;
    wn_count_stream_next(&c, context, count, n);
    const bool complete = wn_count_stream_is_complete(&c);
    wn_count_stream_close(&c);
    return complete ? WN_OK : WN_ERR_CORRUPT;
}
