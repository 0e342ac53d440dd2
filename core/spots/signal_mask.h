/* Signal masks: one byte a pixel, of a row or a frame, with the bits below. */
#ifndef WN_SPOTS_SIGNAL_MASK_H
#define WN_SPOTS_SIGNAL_MASK_H

#include "winnow.h"

enum {
    MARK_SIGNAL = 1, /* in signal */
    MARK_VALID = 2,  /* not flagged */
    MARK_OPEN = 4,   /* undecided: to be tested exactly */
};

/* Find the next run of pixels at or behind *end that starts and ends with all of `bits` set; runs
 * with only a few other pixels between them are joined. Start with *end = 0. Returns false if there
 * is none. */
bool wn_signal_mask_run(const uint8_t *mark, size_t n, uint8_t bits, size_t *first, size_t *end);

/* Erode the signal: clear MARK_SIGNAL unless all pixels in the square of 2 radius + 1 around,
 * clipped to the frame, are signal. WN_ERR_MEMORY. */
wn_status wn_signal_mask_erode(uint8_t *mark, size_t height, size_t width, size_t radius);

#endif
