/* Bytes of bits that mark the pixels of a row or a frame. */
#ifndef WN_SPOTS_SIGNAL_MASK_H
#define WN_SPOTS_SIGNAL_MASK_H

#include "winnow.h"

enum {
    MARK_SIGNAL = 1, /* in signal */
    MARK_VALID = 2,  /* not flagged */
    MARK_OPEN = 4,   /* to be looked at once more */
};

/* The next run of n marks, from *end on, that begins and ends with all of these bits; runs with
 * only a few others between them are one. False: there is none. */
bool wn_signal_mask_run(const uint8_t *mark, size_t n, uint8_t bits, size_t *first, size_t *end);

/* Leave those pixels in signal that have only signal within a square of 2 radius + 1, as far as it
 * lies in the frame. WN_ERR_MEMORY. */
wn_status wn_signal_mask_erode(uint8_t *mark, size_t height, size_t width, size_t radius);

#endif
