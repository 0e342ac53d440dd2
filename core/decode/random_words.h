/* The random words of a frame, read in ascending order. */
#ifndef WN_DECODE_RANDOM_WORDS_H
#define WN_DECODE_RANDOM_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "winnow.h"

/* Key of the random numbers of a frame. */
struct noise_key {
    uint64_t seed;
    uint32_t frame;
};

struct random_words {
    const struct noise_key *key; /* NULL: the R2 sequence in place of random words */
    size_t across;               /* words in a row; the R2 sequence depends on row and column */
    size_t first, end;           /* words in the buffer */
    uint32_t *word;
};

/* At most `most` words will be asked for at once. WN_ERR_MEMORY. */
wn_status wn_random_words_create(const struct noise_key *key, size_t across, size_t most,
                                 struct random_words *words);
void wn_random_words_free(struct random_words *words);

/* The n words from number `first` on, which is where the previous call ended. */
const uint32_t *wn_random_words_from(struct random_words *words, size_t first, size_t n);

#endif
