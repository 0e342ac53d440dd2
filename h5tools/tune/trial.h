/* Compresses frames at every quality level, in memory, and measures size and loss. */
#ifndef H5WINNOW_TUNE_TRIAL_H
#define H5WINNOW_TUNE_TRIAL_H

#include <stdint.h>

#include "params/image_settings.h"
#include "tune/loss.h"

/* Sums over frames at one quality level. */
struct trial {
    wn_quality quality;
    uint64_t bytes;
    uint64_t kept; /* pixels; all pixels of a frame that is stored without loss */
    struct loss loss;
};

struct trials {
    uint64_t frames, pixels, raw_bytes;
    struct trial of[WN_QUALITY_LEVELS]; /* best first */
};

void trials_begin(struct trials *trials);

/* Encodes and decodes a frame, and a copy with planted spots, at every quality level, and adds the
 * results to the sums. Errors are those of wn_encode() and wn_decode(). */
wn_status trials_add(const struct image_settings *settings, const wn_array *array,
                     const void *frame, int threads, struct trials *trials);

/* The level of fewest bytes that loses less than 5 % of the intensity at I/sigma 1.5 and less than
 * 3 % at 3; NULL: none, or no such spots. */
const struct trial *trials_for_integration(const struct trials *trials);

/* The level of fewest bytes that loses less than 10 % at I/sigma 12; likewise. */
const struct trial *trials_for_finding(const struct trials *trials);

#endif
