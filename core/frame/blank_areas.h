/* Blank areas: parts of a frame that read exactly zero where their surroundings do not. */
#ifndef WN_FRAME_BLANK_AREAS_H
#define WN_FRAME_BLANK_AREAS_H

#include "frame/pixels.h"

/*
 * Gaps and masked modules of detectors that write 0 there, and parts of a frame that were not
 * written yet, are no background. A block of pixels is blank if all are zero although, by the zeros
 * among the pixels about it, that has a probability below exp(-40). Blocks have the smallest edge
 * of 8, 16, 32 or 64 pixels that can tell; where even the largest cannot, zeros are background.
 *
 * *mask is NULL if nothing is blank; else height * width bytes, to be freed: what pixels->valid
 * says, and 0 for blank pixels.
 */
wn_status wn_blank_areas_find(const struct pixels *pixels, uint8_t **mask);

/* Whether the first or the last rows of a frame are blank: it is still being written. */
bool wn_blank_rows_at_ends(const struct pixels *pixels);

#endif
