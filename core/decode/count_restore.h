/* Frames of counts whose signal is kept in places, or that are kept whole, as they are read: the
 * counts of kept pixels and the sums of blocks, coded given the background. */
#ifndef WN_DECODE_COUNT_RESTORE_H
#define WN_DECODE_COUNT_RESTORE_H

#include "decode/random_words.h"
#include "decode/separated_frame.h"

/* Put the kept pixels of a frame in their places. Where there are blocks, draw the background
 * pixels from their sums, and set all others to 0. Counts are read here, as they are needed.
 * `noise` as in wn_densify(). WN_ERR_TRUNCATED, WN_ERR_CORRUPT, WN_ERR_MEMORY. */
wn_status wn_count_restore(const wn_map *map, const struct separated_frame *frame, wn_type type,
                           const struct noise_key *noise, void *dst);

/* List the kept pixels of a frame that has them in places, as if they had been stored one by one.
 * Errors as above. */
wn_status wn_count_list_kept(const wn_map *map, struct separated_frame *frame, wn_type type);

#endif
