/* tune/trial.h - what every quality level would make of some frames, tried out in memory. */
#ifndef H5WINNOW_TUNE_TRIAL_H
#define H5WINNOW_TUNE_TRIAL_H

#include <stdint.h>

#include "params/image_settings.h"
#include "tune/loss.h"

/* Sums over frames at one quality level. */
struct trial {
    wn_quality quality;
    uint64_t bytes;
    uint64_t kept; /* pixels, all of them in frames that are stored without loss */
    struct loss effect;
};

struct trials {
    uint64_t frames, pixels, raw_bytes;
    struct trial of[WN_QUALITY_LEVELS]; /* best first */
};

void trials_begin(struct trials *trials);

/* Encodes a frame at every quality level, decodes it again, does the same with a copy into which
 * spots were planted, and adds what becomes of both to the sums. Errors are those of wn_encode()
 * and wn_decode(). */
wn_status trials_add(const struct image_settings *settings, const wn_array *array,
                     const void *frame, int threads, struct trials *trials);

/* The smallest level that loses less than 5 % of spots at an I/sigma of 1.5, and less than 3 % at
 * 3; NULL: there are no such spots. */
const struct trial *trials_for_integration(const struct trials *trials);

/* The smallest level that loses less than 10 % of spots at 12; likewise. */
const struct trial *trials_for_finding(const struct trials *trials);

#endif
