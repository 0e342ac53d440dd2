/* Symbols of known frequencies as words, and back: rANS (Duda, arXiv:1311.2540) with four states of
 * 32 bits. */
#ifndef WN_RANS_H
#define WN_RANS_H

#include "countcode.h"
#include "stream.h"

/* Append the words of n symbols, below 2^31, and before them how many words there are; the layout
 * is in counts.h. class[i] says by which code symbol[i] is meant. Allocates 2 bytes for each symbol
 * and 1 MiB. */
wn_status rans_write(struct writer *w, const struct count_codes *codes, const uint8_t *class,
                     const uint8_t *symbol, size_t n);

/* Read n symbols. The frequencies of each code must sum up to SLOTS, and each class must have a
 * code. Allocates as much as is read and 4 MiB. WN_ERR_CORRUPT: these are not the words of n such
 * symbols. */
wn_status rans_read(struct reader *r, const struct count_codes *codes, const uint8_t *class,
                    size_t n, uint8_t *symbol);

#endif
