/* The random words of the pixels of a frame, from the first to the last. */
#ifndef WN_WORDS_H
#define WN_WORDS_H

#include "densify.h"

struct words {
    const struct noise_key *key; /* NULL: a low-discrepancy sequence in place of random words */
    size_t width;
    size_t first, end; /* pixels whose words are at hand */
    uint32_t *word;
};

/* At most `most` words will be asked for at once. WN_ERR_MEMORY. */
wn_status words_create(const struct noise_key *key, const wn_map *map, size_t most,
                       struct words *words);
void words_free(struct words *words);

/* The words of n pixels from `first` on, which may lie beyond the last pixel of the frame. `first`
 * never goes back. */
const uint32_t *words_from(struct words *words, size_t first, size_t n);

#endif
