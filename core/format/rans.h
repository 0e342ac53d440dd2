/* Symbols of known frequencies as words, and back: rANS (Duda, arXiv:1311.2540) with states of 32
 * bits that take turns. */
#ifndef WN_FORMAT_RANS_H
#define WN_FORMAT_RANS_H

#include "format/byte_stream.h"
#include "format/count_code.h"

/* So many that processors can work on several at once. */
#define RANS_STATES 32

/* The words before those that the decoder takes in: its states. */
#define RANS_HEAD_WORDS (2 * RANS_STATES)

/* Append the words of n symbols, below 2^31, and before them how many words there are; the layout
 * is in format/count_stream.h. class[i] says by which code symbol[i] is meant. Allocates 2 bytes
 * for each symbol and 1 MiB. */
wn_status wn_rans_write(struct byte_writer *w, const struct count_codes *codes,
                        const uint8_t *class, const uint8_t *symbol, size_t n);

/* Symbols that are read part by part. */
struct rans_reader {
    uint32_t state[RANS_STATES];
    size_t turn;               /* the state of the next symbol */
    const uint8_t *word, *end; /* the next word; beyond the end if there were too few */
    uint8_t *words;            /* all of them, with room to read beyond the end */
    uint32_t classes;          /* those from here on have no code */
    uint32_t *slots;           /* [(classes + 1) * SLOTS] */
    uint8_t order[256][8];     /* see fill_order() */
};

/* Take all words from a reader. The frequencies of each code must sum up to SLOTS. Allocates as
 * much as is read and 4 MiB. WN_ERR_TRUNCATED, WN_ERR_CORRUPT: there are none such words. */
wn_status wn_rans_open(struct rans_reader *rans, struct byte_reader *r,
                       const struct count_codes *codes);
void wn_rans_close(struct rans_reader *rans);

/* The next n symbols; those of a class without a code, or for which there are no words, are 0. */
void wn_rans_next(struct rans_reader *rans, const uint8_t *class, size_t n, uint8_t *symbol);

/* Whether the symbols taken so far are all that the words are made of. */
bool wn_rans_is_at_end(const struct rans_reader *rans);

#endif
