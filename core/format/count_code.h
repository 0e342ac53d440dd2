/* The code of a class of counts: which of them are symbols, and how frequent these are. */
#ifndef WN_FORMAT_COUNT_CODE_H
#define WN_FORMAT_COUNT_CODE_H

#include <stddef.h>
#include <stdint.h>

#include "winnow.h"

/* Frequencies are in 1/4096. */
#define SLOT_BITS 12
#define SLOTS     (1u << SLOT_BITS)

/* Most symbols of a code; one more is the escape. */
#define MOST_SYMBOLS 255

/* Symbol j, below `symbols`, stands for the counts base + (j << shift) and the 2^shift - 1 next;
 * the symbol number `symbols`, the escape, for all others. */
struct count_code {
    uint32_t base;
    unsigned shift;   /* 0 to 31 */
    unsigned symbols; /* 1 to MOST_SYMBOLS */
    uint16_t frequency[MOST_SYMBOLS + 1];
};

/* The codes of all classes. */
#define COUNT_CONTEXTS 256
struct count_codes {
    struct count_code *of[COUNT_CONTEXTS]; /* NULL for a class that does not occur */
    struct count_code *all;                /* [n], where they are; for free() */
    size_t n;
};

/* Room for a code for each class that occurs. */
wn_status wn_count_codes_create(struct count_codes *codes, const size_t occurs[COUNT_CONTEXTS]);

/* base << 8 | n where symbols below n are the count base + symbol and nothing more. n is 0 if there
 * are low bits, or the base is too large to be told so. */
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
