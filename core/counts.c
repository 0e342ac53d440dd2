#include "counts.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "countcode.h"
#include "rans.h"

/* Numbers of a table: the class, base, shift and m, the frequencies. */
#define TABLE_NUMBERS (4 + MOST_SYMBOLS + 1)

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

/* Numbers that are taken one by one; one that is missing or larger than it may be sets `wrong`. */
struct numbers {
    const uint64_t *next, *end;
    bool wrong;
};

static uint32_t take(struct numbers *numbers, uint32_t most)
{
    if (numbers->next == numbers->end || *numbers->next > most) {
        numbers->wrong = true;
        return 0;
    }
    return (uint32_t)*numbers->next++;
}

/* The frequencies sum up, for which the escape alone is not enough, and no symbol that occurs
 * begins above the largest count. */
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

/* Exactly one table for each class that occurs. */
static bool take_tables(struct numbers *numbers, const struct count_codes *codes)
{
    unsigned next_class = 0;
    for (unsigned c = 0; c < COUNT_CLASSES; c++) {
        struct count_code *code = codes->of[c];
        if (!code)
            continue;
        const unsigned class = next_class + take(numbers, COUNT_CLASSES);
        code->base = take(numbers, LARGEST_COUNT);
        code->shift = take(numbers, 31);
        code->symbols = take(numbers, MOST_SYMBOLS);
        for (unsigned j = 0; j <= code->symbols; j++)
            code->frequency[j] = (uint16_t)take(numbers, SLOTS - 1);
        if (numbers->wrong || class != c || !is_code(code))
            return false;
        next_class = c + 1;
    }
    return numbers->next == numbers->end;
}

static wn_status read_tables(struct reader *r, const struct count_codes *codes)
{
    const uint32_t n = read_u32(r);
    if (r->cut)
        return WN_ERR_TRUNCATED;
    if (n > COUNT_CLASSES * TABLE_NUMBERS)
        return WN_ERR_CORRUPT;
    uint64_t *number = malloc((n + 1) * sizeof *number);
    if (!number)
        return WN_ERR_MEMORY;
    wn_status status = read_numbers(r, number, n);
    struct numbers numbers = {.next = number, .end = number + n};
    if (status == WN_OK && !take_tables(&numbers, codes))
        status = WN_ERR_CORRUPT;
    free(number);
    return status;
}

/* ---- encoding ------------------------------------------------------------------------------ */

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

/* ---- decoding ------------------------------------------------------------------------------ */

/* What is left to be put together with the symbols. */
struct rest {
    const uint8_t *low; /* readable for 8 bytes beyond the end */
    uint64_t bits, taken;
    const uint64_t *escape;
    size_t escapes, used;
    bool wrong;
};

static uint32_t take_low_bits(struct rest *rest, unsigned bits)
{
    if (bits > rest->bits - rest->taken) {
        rest->wrong = true;
        return 0;
    }
    const uint64_t at = load_u64(rest->low + rest->taken / 8) >> rest->taken % 8;
    rest->taken += bits;
    return (uint32_t)(at & ((1u << bits) - 1));
}

static uint32_t take_escape(struct rest *rest)
{
    if (rest->used == rest->escapes) {
        rest->wrong = true;
        return 0;
    }
    return (uint32_t)rest->escape[rest->used++];
}

static uint32_t special_count(struct rest *rest, const struct count_code *code, unsigned symbol)
{
    if (symbol == code->symbols)
        return take_escape(rest);
    const uint64_t first = code->base + ((uint64_t)symbol << code->shift);
    const uint64_t count = first + take_low_bits(rest, code->shift);
    rest->wrong |= count > LARGEST_COUNT;
    return (uint32_t)count;
}

/* False if not all of the rest is used, or more. */
static bool counts_of_symbols(const struct count_codes *codes, const uint8_t *class,
                              const uint8_t *symbol, size_t n, struct rest *rest, uint32_t *count)
{
    /* Below `plain` a symbol is a count on its own. */
    uint32_t base[COUNT_CLASSES] = {0}, plain[COUNT_CLASSES] = {0};
    for (unsigned c = 0; c < COUNT_CLASSES; c++) {
        const struct count_code *code = codes->of[c];
        base[c] = code ? code->base : 0;
        plain[c] = code && code->shift == 0 ? code->symbols : 0;
    }
    for (size_t i = 0; i < n; i++) {
        const uint8_t c = class[i];
        if (symbol[i] < plain[c])
            count[i] = base[c] + symbol[i];
        else
            count[i] = special_count(rest, codes->of[c], symbol[i]);
    }
    const uint64_t padding = rest->bits - rest->taken;
    return !rest->wrong && rest->used == rest->escapes && padding < 8 &&
           take_low_bits(rest, (unsigned)padding) == 0;
}

/* The low bits, with room to read beyond their end. */
static wn_status read_low_bits(struct reader *r, struct rest *rest, uint8_t **padded)
{
    const uint32_t bytes = read_u32(r);
    const uint8_t *stored = read_bytes(r, bytes);
    if (!stored)
        return WN_ERR_TRUNCATED;
    *padded = malloc((size_t)bytes + 8);
    if (!*padded)
        return WN_ERR_MEMORY;
    memcpy(*padded, stored, bytes);
    memset(*padded + bytes, 0, 8);
    rest->low = *padded;
    rest->bits = 8 * (uint64_t)bytes;
    return WN_OK;
}

static wn_status read_escapes(struct reader *r, size_t n, struct rest *rest, uint64_t **escape)
{
    const uint32_t escapes = read_u32(r);
    if (r->cut)
        return WN_ERR_TRUNCATED;
    if (escapes > n)
        return WN_ERR_CORRUPT;
    *escape = malloc(((size_t)escapes + 1) * sizeof **escape);
    if (!*escape)
        return WN_ERR_MEMORY;
    const wn_status status = read_numbers(r, *escape, escapes);
    if (status != WN_OK)
        return status;
    for (size_t i = 0; i < escapes; i++)
        rest->wrong |= (*escape)[i] > LARGEST_COUNT;
    rest->escape = *escape;
    rest->escapes = escapes;
    return WN_OK;
}

static wn_status read_rest(struct reader *r, const struct count_codes *codes, const uint8_t *class,
                           const uint8_t *symbol, uint32_t *count, size_t n)
{
    struct rest rest = {.wrong = false};
    uint8_t *low = NULL;
    uint64_t *escape = NULL;
    wn_status status = read_low_bits(r, &rest, &low);
    if (status == WN_OK)
        status = read_escapes(r, n, &rest, &escape);
    if (status == WN_OK && !counts_of_symbols(codes, class, symbol, n, &rest, count))
        status = WN_ERR_CORRUPT;
    free(low);
    free(escape);
    return status;
}

wn_status counts_read(struct reader *r, const uint8_t *class, uint32_t *count, size_t n)
{
    size_t occurs[COUNT_CLASSES] = {0};
    for (size_t i = 0; i < n; i++)
        occurs[class[i]] = 1;
    struct count_codes codes;
    wn_status status = count_codes_create(&codes, occurs);
    if (status != WN_OK)
        return status;
    uint8_t *symbol = malloc(n + 1);
    if (!symbol)
        status = WN_ERR_MEMORY;
    if (status == WN_OK)
        status = read_tables(r, &codes);
    if (status == WN_OK)
        status = rans_read(r, &codes, class, n, symbol);
    if (status == WN_OK)
        status = read_rest(r, &codes, class, symbol, count, n);
    free(symbol);
    free(codes.all);
    return status;
}
