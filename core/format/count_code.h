/* The code of a context: which counts its symbols stand for, and the frequencies of the symbols. */
#ifndef WN_FORMAT_COUNT_CODE_H
#define WN_FORMAT_COUNT_CODE_H

#include <stddef.h>
#include <stdint.h>

#include "winnow.h"

/* Frequencies are in 1/4096. */
#define SLOT_BITS 12
#define SLOTS     (1u << SLOT_BITS)

/* Symbols of a code, without the escape. */
#define MAX_SYMBOLS 255

/* Symbol j < `symbols` stands for the 2^shift counts from base + (j << shift) on; symbol number
 * `symbols`, the escape, for all others. */
struct count_code {
    uint32_t base;
    unsigned shift;   /* 0 to 31 */
    unsigned symbols; /* 1 to MAX_SYMBOLS */
    uint16_t frequency[MAX_SYMBOLS + 1];
};

/* The codes of all contexts. */
#define COUNT_CONTEXTS 256
struct count_codes {
    struct count_code *of[COUNT_CONTEXTS]; /* NULL for a context that does not occur */
    struct count_code *all;                /* [n] storage of the codes; for free() */
    size_t n;
};

/* Allocate a code for each context that occurs, occurs[context] > 0. */
wn_status wn_count_codes_create(struct count_codes *codes, const size_t occurs[COUNT_CONTEXTS]);

/* Short form of a code without low bits: base << 8 | symbols, so that a symbol below `symbols` is
 * the count base + symbol. 0 if the code has low bits or its base does not fit. */
static inline uint32_t count_code_plain(const struct count_code *code)
{
    return code->shift == 0 && code->base < 1u << 24 ? code->base << 8 | code->symbols : 0;
}

/* The symbol of a count. */
static inline unsigned count_symbol(const struct count_code *code, uint32_t count)
{
    const uint32_t symbol = (count - code->base) >> code->shift;
    return count >= code->base && symbol < code->symbols ? symbol : code->symbols;
}

#endif
