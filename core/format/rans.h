/* Entropy coding of symbols of known frequencies: interleaved rANS (Duda, arXiv:1311.2540; Giesen,
 * arXiv:1402.3392) with states of 32 bits and words of 16 bits. */
#ifndef WN_FORMAT_RANS_H
#define WN_FORMAT_RANS_H

#include "format/byte_stream.h"
#include "format/count_code.h"

/* Interleaved states: enough for SIMD and for independent chains of instructions. */
#define RANS_STATES 32

/* The words before those that the decoder reads: its initial states. */
#define RANS_HEAD_WORDS (2 * RANS_STATES)

/* Append the number of words and the words of n < 2^31 symbols; the layout is in
 * format/count_stream.h. symbol[i] is coded with the code of context[i]. Allocates 2 bytes for each
 * symbol and 1 MiB. */
wn_status wn_rans_write(struct byte_writer *w, const struct count_codes *codes,
                        const uint8_t *context, const uint8_t *symbol, size_t n);

/* Symbols that are read in parts. */
struct rans_reader {
    uint32_t state[RANS_STATES];
    size_t turn;               /* the state of the next symbol */
    const uint8_t *word, *end; /* the next word; beyond the end if there were too few */
    uint8_t *words;            /* all of them, with room to read beyond the end */
    uint32_t contexts;         /* contexts from here on have no code */
    uint32_t *slots;           /* [(contexts + 1) * SLOTS] */
    uint8_t order[256][8];     /* see fill_order() */
};

/* Read all words. The frequencies of each code must sum up to SLOTS. Allocates as much as is read
 * and 4 MiB. WN_ERR_TRUNCATED, WN_ERR_CORRUPT: there are too few words. */
wn_status wn_rans_open(struct rans_reader *rans, struct byte_reader *r,
                       const struct count_codes *codes);
void wn_rans_close(struct rans_reader *rans);

/* The next n symbols; 0 for contexts without a code, and once the words have run out. */
void wn_rans_next(struct rans_reader *rans, const uint8_t *context, size_t n, uint8_t *symbol);

/* Whether the symbols read so far are exactly those of the words. */
bool wn_rans_is_at_end(const struct rans_reader *rans);

#endif
