#include "counts.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"

/* Below so many counts, classes of a whole standard deviation are fine enough; below so many,
 * those of a half. */
#define FEW_COUNTS  4096
#define MANY_COUNTS 65536

unsigned counts_steps(size_t n)
{
    return n < FEW_COUNTS ? 1 : n < MANY_COUNTS ? 2 : 5;
}

/* How often each class occurs. */
static void classes_count(const uint8_t *class, size_t n, size_t occurs[COUNT_CLASSES])
{
    memset(occurs, 0, COUNT_CLASSES * sizeof occurs[0]);
    for (size_t i = 0; i < n; i++)
        occurs[class[i]]++;
}

/* ---- tables -------------------------------------------------------------------------------- */

static wn_status write_tables(struct writer *w, const struct count_codes *codes)
{
    uint64_t *number = malloc((codes->n + 1) * TABLE_NUMBERS * sizeof *number);
    if (!number)
        return WN_ERR_MEMORY;
    size_t n = 0;
    unsigned next_class = 0;
    for (unsigned c = 0; c < COUNT_CLASSES; c++) {
        const struct count_code *code = codes->of[c];
        if (!code)
            continue;
        number[n++] = c - next_class;
        number[n++] = code->base;
        number[n++] = code->shift;
        number[n++] = code->symbols;
        for (unsigned j = 0; j <= code->symbols; j++)
            number[n++] = code->frequency[j];
        next_class = c + 1;
    }
    write_u32(w, (uint32_t)n);
    const wn_status status = write_numbers(w, number, n);
    free(number);
    return status;
}

/* ---- symbols ------------------------------------------------------------------------------- */

/* The counts ordered by class. */
static void sort_by_class(const uint8_t *class, const uint32_t *count, size_t n,
                          const size_t occurs[COUNT_CLASSES], uint32_t *sorted)
{
    uint32_t *next[COUNT_CLASSES];
    for (unsigned c = 0; c < COUNT_CLASSES; c++) {
        next[c] = sorted;
        sorted += occurs[c];
    }
    for (size_t i = 0; i < n; i++)
        *next[class[i]]++ = count[i];
}

static wn_status choose_codes(const uint8_t *class, const uint32_t *count, size_t n,
                              struct count_codes *codes)
{
    size_t occurs[COUNT_CLASSES];
    classes_count(class, n, occurs);
    const wn_status status = count_codes_create(codes, occurs);
    if (status != WN_OK)
        return status;
    uint32_t *sorted = malloc((n + 1) * sizeof *sorted);
    if (!sorted)
        return WN_ERR_MEMORY;
    sort_by_class(class, count, n, occurs, sorted);
    const uint32_t *next = sorted;
    for (unsigned c = 0; c < COUNT_CLASSES; c++) {
        if (codes->of[c])
            count_code_choose(next, occurs[c], codes->of[c]);
        next += occurs[c];
    }
    free(sorted);
    return WN_OK;
}

/* What becomes of the counts. */
struct symbols {
    uint8_t *symbol; /* [n] */
    size_t escapes;  /* how many escape */
    uint64_t bits;   /* low bits of the others */
};

static wn_status symbols_create(struct symbols *symbols, const struct count_codes *codes,
                                const uint8_t *class, const uint32_t *count, size_t n)
{
    uint8_t *symbol = malloc(n + 1);
    if (!symbol)
        return WN_ERR_MEMORY;
    size_t escapes = 0;
    uint64_t bits = 0;
    for (size_t i = 0; i < n; i++) {
        const struct count_code *code = codes->of[class[i]];
        symbol[i] = (uint8_t)count_symbol(code, count[i]);
        escapes += symbol[i] == code->symbols;
        bits += symbol[i] == code->symbols ? 0 : code->shift;
    }
    *symbols = (struct symbols){.symbol = symbol, .escapes = escapes, .bits = bits};
    return WN_OK;
}

static void put_low_bits(const struct count_codes *codes, const uint8_t *class,
                         const uint32_t *count, const uint8_t *symbol, size_t n, uint8_t *to)
{
    uint64_t pending = 0;
    unsigned filled = 0;
    for (size_t i = 0; i < n; i++) {
        const struct count_code *code = codes->of[class[i]];
        if (symbol[i] == code->symbols)
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

static void write_low_bits(struct writer *w, const struct count_codes *codes, const uint8_t *class,
                           const uint32_t *count, const struct symbols *symbols, size_t n)
{
    const uint64_t bytes = (symbols->bits + 7) / 8;
    if (bytes > UINT32_MAX)
        w->full = true;
    write_u32(w, (uint32_t)bytes);
    uint8_t *to = write_room(w, (size_t)bytes);
    if (to && bytes > 0)
        put_low_bits(codes, class, count, symbols->symbol, n, to);
}

static wn_status write_escapes(struct writer *w, const struct count_codes *codes,
                               const uint8_t *class, const uint32_t *count,
                               const struct symbols *symbols, size_t n)
{
    uint64_t *escape = malloc((symbols->escapes + 1) * sizeof *escape);
    if (!escape)
        return WN_ERR_MEMORY;
    size_t escapes = 0;
    for (size_t i = 0; i < n && escapes < symbols->escapes; i++) {
        if (symbols->symbol[i] == codes->of[class[i]]->symbols)
            escape[escapes++] = count[i];
    }
    write_u32(w, (uint32_t)escapes);
    const wn_status status = write_numbers(w, escape, escapes);
    free(escape);
    return status;
}

wn_status counts_write(struct writer *w, const uint8_t *class, const uint32_t *count, size_t n)
{
    struct count_codes codes = {.n = 0};
    struct symbols symbols = {.symbol = NULL};
    wn_status status = choose_codes(class, count, n, &codes);
    if (status == WN_OK)
        status = symbols_create(&symbols, &codes, class, count, n);
    if (status == WN_OK)
        status = write_tables(w, &codes);
    if (status == WN_OK)
        status = rans_write(w, &codes, class, symbols.symbol, n);
    if (status == WN_OK) {
        write_low_bits(w, &codes, class, count, &symbols, n);
        status = write_escapes(w, &codes, class, count, &symbols, n);
    }
    free(symbols.symbol);
    free(codes.all);
    return status;
}
