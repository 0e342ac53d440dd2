/* Densify: restore a full frame from background, kept and flagged pixels. */
#ifndef WN_DECODE_DENSIFY_H
#define WN_DECODE_DENSIFY_H

#include "decode/random_words.h"
#include "decode/separated_frame.h"

/* Write the frame to dst, in the machine's byte order. `noise` NULL: the background is its mean,
 * for integers dithered by a low-discrepancy sequence, so that the mean over any ring or tile is
 * preserved. */
wn_status wn_densify(const wn_map *map, const struct separated_frame *frame, wn_type type,
                     const struct noise_key *noise, int threads, void *dst);

#endif
