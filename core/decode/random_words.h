/* The random words of a frame, from the first to the last. */
#ifndef WN_DECODE_RANDOM_WORDS_H
#define WN_DECODE_RANDOM_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "winnow.h"

/* Where the random numbers of a frame come from. */
struct noise_key {
    uint64_t seed;
    uint32_t frame;
};

struct random_words {
    const struct noise_key *key; /* NULL: a low-discrepancy sequence in place of random words */
    size_t across;               /* words of a line: the dither is that of a place */
    size_t first, end;           /* words that are at hand */
    uint32_t *word;
};

/* `most` words in whole lines will be asked for at once. WN_ERR_MEMORY. */
wn_status wn_random_words_create(const struct noise_key *key, size_t across, size_t most,
                                 struct random_words *words);
void wn_random_words_free(struct random_words *words);

/* The n words from number `first` on, which is where those before ended. */
const uint32_t *wn_random_words_from(struct random_words *words, size_t first, size_t n);

#endif
