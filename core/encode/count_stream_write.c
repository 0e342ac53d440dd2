/* Writing streams of counts: a code for each context (count_code_fit.c), from histograms if all
 * counts are small, else from counts sorted by context; then rANS (format/rans.c), low bits and
 * escapes. Counts that need low bits or escape are found eight at a time (SWAR). Linear in the
 * number of counts. */
#include "encode/count_stream_write.h"

#include <stdlib.h>
#include <string.h>

#include "common/bytes.h"
#include "common/simd.h"
#include "encode/count_code_fit.h"

/* Streams of fewer counts get 1, or 2, contexts for each unit of sqrt(expected count). */
#define ONE_STEP_COUNTS  4096
#define TWO_STEPS_COUNTS 65536

unsigned wn_count_stream_steps(size_t n)
{
    return n < ONE_STEP_COUNTS ? 1 : n < TWO_STEPS_COUNTS ? 2 : 5;
}

/* How often each context occurs. Four independent histograms break the dependency chain of
 * increments of the same counter. */
static void count_contexts(const uint8_t *context, size_t n, size_t occurs[COUNT_CONTEXTS])
{
    size_t turn[4][COUNT_CONTEXTS] = {{0}};
    for (size_t i = 0; i < n; i++)
        turn[i % 4][context[i]]++;
    for (unsigned c = 0; c < COUNT_CONTEXTS; c++)
        occurs[c] = turn[0][c] + turn[1][c] + turn[2][c] + turn[3][c];
}

/* ---- tables -------------------------------------------------------------------------------- */

static wn_status write_tables(struct byte_writer *w, const struct count_codes *codes)
{
    uint64_t *number = malloc((codes->n + 1) * TABLE_NUMBERS * sizeof *number);
    if (!number)
        return WN_ERR_MEMORY;
    size_t n = 0;
    unsigned next_context = 0;
    for (unsigned c = 0; c < COUNT_CONTEXTS; c++) {
        const struct count_code *code = codes->of[c];
        if (!code)
            continue;
        number[n++] = c - next_context;
        number[n++] = code->base;
        number[n++] = code->shift;
        number[n++] = code->symbols;
        for (unsigned j = 0; j <= code->symbols; j++)
            number[n++] = code->frequency[j];
        next_context = c + 1;
    }
    wn_write_u32(w, (uint32_t)n);
    const wn_status status = wn_write_numbers(w, number, n);
    free(number);
    return status;
}

/* ---- symbols ------------------------------------------------------------------------------- */

/* Counting sort of the counts by context. */
static void sort_by_context(const uint8_t *context, const uint32_t *count, size_t n,
                            const size_t occurs[COUNT_CONTEXTS], uint32_t *sorted)
{
    uint32_t *next[COUNT_CONTEXTS];
    for (unsigned c = 0; c < COUNT_CONTEXTS; c++) {
        next[c] = sorted;
        sorted += occurs[c];
    }
    for (size_t i = 0; i < n; i++)
        *next[context[i]]++ = count[i];
}

static wn_status choose_by_sorting(const uint8_t *context, const uint32_t *count, size_t n,
                                   const size_t occurs[COUNT_CONTEXTS],
                                   const struct count_codes *codes)
{
    uint32_t *sorted = malloc((n + 1) * sizeof *sorted);
    if (!sorted)
        return WN_ERR_MEMORY;
    sort_by_context(context, count, n, occurs, sorted);
    const uint32_t *next = sorted;
    for (unsigned c = 0; c < COUNT_CONTEXTS; c++) {
        if (codes->of[c])
            wn_count_code_choose(next, occurs[c], codes->of[c]);
        next += occurs[c];
    }
    free(sorted);
    return WN_OK;
}

/* Counts below COUNT_BINS need not be sorted: a histogram for each context is enough. */
static wn_status choose_by_histograms(const uint8_t *context, const uint32_t *count, size_t n,
                                      const struct count_codes *codes)
{
    uint32_t *histograms = calloc((codes->n + 1) * COUNT_BINS, sizeof *histograms);
    if (!histograms)
        return WN_ERR_MEMORY;
    uint32_t *of_context[COUNT_CONTEXTS] = {NULL}, *next = histograms;
    for (unsigned c = 0; c < COUNT_CONTEXTS; c++) {
        of_context[c] = next;
        next += codes->of[c] ? COUNT_BINS : 0;
    }
    for (size_t i = 0; i < n; i++)
        of_context[context[i]][count[i]]++;
    for (unsigned c = 0; c < COUNT_CONTEXTS; c++) {
        if (codes->of[c])
            wn_count_code_of_histogram(of_context[c], codes->of[c]);
    }
    free(histograms);
    return WN_OK;
}

WN_MULTIVERSION
static uint32_t highest_of(const uint32_t *restrict count, size_t n)
{
    uint32_t highest = 0;
    for (size_t i = 0; i < n; i++)
        highest = count[i] > highest ? count[i] : highest;
    return highest;
}

static wn_status choose_codes(const uint8_t *context, const uint32_t *count, size_t n,
                              struct count_codes *codes)
{
    size_t occurs[COUNT_CONTEXTS];
    count_contexts(context, n, occurs);
    const wn_status status = wn_count_codes_create(codes, occurs);
    if (status != WN_OK)
        return status;
    return highest_of(count, n) < COUNT_BINS ? choose_by_histograms(context, count, n, codes)
                                             : choose_by_sorting(context, count, n, occurs, codes);
}

/* The counts as symbols. */
struct symbols {
    uint8_t *symbol;   /* [n] */
    uint32_t *special; /* [n_special] numbers of counts with low bits or an escape */
    size_t n_special;
    size_t escapes; /* of these, how many escape */
    uint64_t bits;  /* total low bits of the others */
};

static void symbols_free(struct symbols *symbols)
{
    free(symbols->symbol);
    free(symbols->special);
}

/* Counts are converted in batches, and checked for special ones in groups of 8 bytes (SWAR), most
 * of which have none. */
#define GROUP 8
#define BATCH 2048

/* Convert all counts to symbols without low bits; special[i] marks those that are not. */
WN_MULTIVERSION
static void plain_symbols(const uint32_t *restrict plain, const uint8_t *restrict context,
                          const uint32_t *restrict count, size_t n, uint8_t *restrict symbol,
                          uint8_t *restrict special)
{
    for (size_t i = 0; i < n; i++) {
        const uint32_t p = plain[context[i]], above = count[i] - (p >> 8);
        symbol[i] = (uint8_t)above;
        special[i] = above >= (p & 255);
    }
}

static void add_special(struct symbols *s, const struct count_code *code, uint32_t count, size_t i)
{
    s->symbol[i] = (uint8_t)count_symbol(code, count);
    s->special[s->n_special++] = (uint32_t)i;
    s->escapes += s->symbol[i] == code->symbols;
    s->bits += s->symbol[i] == code->symbols ? 0 : code->shift;
}

static void add_symbols(struct symbols *s, const struct count_codes *codes,
                        const uint32_t plain[COUNT_CONTEXTS], const uint8_t *context,
                        const uint32_t *count, size_t first, size_t n)
{
    uint8_t special[BATCH + GROUP];
    plain_symbols(plain, context + first, count + first, n, s->symbol + first, special);
    memset(special + n, 0, GROUP);
    for (size_t i = 0; i < n; i += GROUP) {
        if (load_u64(special + i) == 0)
            continue;
        for (size_t k = i; k < i + GROUP; k++) {
            if (special[k])
                add_special(s, codes->of[context[first + k]], count[first + k], first + k);
        }
    }
}

static wn_status symbols_create(struct symbols *symbols, const struct count_codes *codes,
                                const uint8_t *context, const uint32_t *count, size_t n)
{
    struct symbols s = {.symbol = malloc(n + 1), .special = malloc((n + 1) * sizeof *s.special)};
    if (!s.symbol || !s.special) {
        symbols_free(&s);
        return WN_ERR_MEMORY;
    }
    uint32_t plain[COUNT_CONTEXTS];
    for (unsigned c = 0; c < COUNT_CONTEXTS; c++)
        plain[c] = codes->of[c] ? count_code_plain(codes->of[c]) : 0;
    for (size_t i = 0; i < n; i += BATCH)
        add_symbols(&s, codes, plain, context, count, i, n - i < BATCH ? n - i : BATCH);
    *symbols = s;
    return WN_OK;
}

static void put_low_bits(const struct count_codes *codes, const uint8_t *context,
                         const uint32_t *count, const struct symbols *symbols, uint8_t *to)
{
    uint64_t pending = 0;
    unsigned filled = 0;
    for (size_t k = 0; k < symbols->n_special; k++) {
        const size_t i = symbols->special[k];
        const struct count_code *code = codes->of[context[i]];
        if (symbols->symbol[i] == code->symbols)
            continue;
        const uint32_t low = (count[i] - code->base) & ((1u << code->shift) - 1);
        pending |= (uint64_t)low << filled;
        for (filled += code->shift; filled >= 8; filled -= 8) {
            *to++ = (uint8_t)pending;
            pending >>= 8;
        }
    }
    if (filled > 0)
        *to = (uint8_t)pending;
}

static void write_low_bits(struct byte_writer *w, const struct count_codes *codes,
                           const uint8_t *context, const uint32_t *count,
                           const struct symbols *symbols)
{
    const uint64_t bytes = (symbols->bits + 7) / 8;
    if (bytes > UINT32_MAX)
        w->full = true;
    wn_write_u32(w, (uint32_t)bytes);
    uint8_t *to = wn_write_room(w, (size_t)bytes);
    if (to && bytes > 0)
        put_low_bits(codes, context, count, symbols, to);
}

static wn_status write_escapes(struct byte_writer *w, const struct count_codes *codes,
                               const uint8_t *context, const uint32_t *count,
                               const struct symbols *symbols)
{
    uint64_t *escape = malloc((symbols->escapes + 1) * sizeof *escape);
    if (!escape)
        return WN_ERR_MEMORY;
    size_t escapes = 0;
    for (size_t k = 0; k < symbols->n_special; k++) {
        const size_t i = symbols->special[k];
        if (symbols->symbol[i] == codes->of[context[i]]->symbols)
            escape[escapes++] = count[i];
    }
    wn_write_u32(w, (uint32_t)escapes);
    const wn_status status = wn_write_numbers(w, escape, escapes);
    free(escape);
    return status;
}

wn_status wn_count_stream_write(struct byte_writer *w, const uint8_t *context,
                                const uint32_t *count, size_t n)
{
    struct count_codes codes = {.n = 0};
    struct symbols symbols = {.symbol = NULL};
    wn_status status = choose_codes(context, count, n, &codes);
    if (status == WN_OK)
        status = symbols_create(&symbols, &codes, context, count, n);
    if (status == WN_OK)
        status = write_tables(w, &codes);
    if (status == WN_OK)
        status = wn_rans_write(w, &codes, context, symbols.symbol, n);
    if (status == WN_OK) {
        write_low_bits(w, &codes, context, count, &symbols);
        status = write_escapes(w, &codes, context, count, &symbols);
    }
    symbols_free(&symbols);
    free(codes.all);
    return status;
}
