/* A sliding window on the random words of a frame: Philox (stats/philox.h) in groups of
 * PHILOX_GROUP words, or the R2 sequence (stats/dither.h). Every word is computed once. */
#include "decode/random_words.h"

#include <stdlib.h>
#include <string.h>

#include "frame/pixels.h"
#include "stats/dither.h"
#include "stats/philox.h"

wn_status wn_random_words_create(const struct noise_key *key, size_t across, size_t most,
                                 struct random_words *words)
{
    /* Whole groups are computed: up to one before the first word asked for, and one after the
     * last. */
    uint32_t *word = malloc((most + 2 * (size_t)PHILOX_GROUP) * sizeof *word);
    *words = (struct random_words){.key = key, .across = across, .word = word};
    return word ? WN_OK : WN_ERR_MEMORY;
}

void wn_random_words_free(struct random_words *words)
{
    free(words->word);
    *words = (struct random_words){0};
}

static void dither_group(size_t first, size_t across, uint32_t word[PHILOX_GROUP])
{
    for (size_t i = 0; i < PHILOX_GROUP;) {
        const size_t x = (first + i) % across, y = (first + i) / across;
        const size_t n = at_most(across - x, PHILOX_GROUP - i);
        for (size_t k = 0; k < n; k++)
            word[i + k] = dither_of((uint32_t)(x + k), (uint32_t)y);
        i += n;
    }
}

const uint32_t *wn_random_words_from(struct random_words *w, size_t first, size_t n)
{
    /* Whole groups; those already computed are kept. */
    const size_t begin = first / PHILOX_GROUP * PHILOX_GROUP;
    const size_t have = w->end > begin ? w->end - begin : 0;
    if (have > 0)
        memmove(w->word, w->word + (begin - w->first), have * sizeof *w->word);
    w->first = begin;
    w->end = begin + have;
    for (; w->end < first + n; w->end += PHILOX_GROUP) {
        uint32_t *to = w->word + (w->end - begin);
        if (w->key)
            wn_philox_group(w->key->seed, w->key->frame, (uint32_t)(w->end / PHILOX_GROUP), to);
        else
            dither_group(w->end, w->across, to);
    }
    return w->word + (first - begin);
}
