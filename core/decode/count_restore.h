/* Decoding of entropy-coded frames of counts, kept on a grid or as a whole: the counts of kept
 * pixels and the sums of blocks, coded by their expected counts. */
#ifndef WN_DECODE_COUNT_RESTORE_H
#define WN_DECODE_COUNT_RESTORE_H

#include "decode/random_words.h"
#include "decode/separated_frame.h"

/* Write the kept pixels of a frame to dst. If the frame has blocks, also draw the background pixels
 * from their sums, and set flagged ones to 0. The count streams are decoded here. `noise` as in
 * wn_densify(). Errors: WN_ERR_TRUNCATED, WN_ERR_CORRUPT, WN_ERR_MEMORY. */
wn_status wn_count_restore(const wn_map *map, const struct separated_frame *frame, wn_type type,
                           const struct noise_key *noise, void *dst);

/* List the kept pixels of such a frame, as if they had been stored one by one. Errors as above. */
wn_status wn_count_list_kept(const wn_map *map, struct separated_frame *frame, wn_type type);

#endif
