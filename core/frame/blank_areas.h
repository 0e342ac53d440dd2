/* Blank areas: parts of a frame that are exactly zero although their surroundings are not. */
#ifndef WN_FRAME_BLANK_AREAS_H
#define WN_FRAME_BLANK_AREAS_H

#include "frame/pixels.h"

/*
 * Such areas are gaps and masked modules of detectors that write 0 there, and parts of a frame that
 * are not written yet. A block of pixels is blank if all are zero although that has a probability
 * below exp(-40), by the frequency of zeros in its surroundings. The edge of blocks is the smallest
 * of 8, 16, 32 and 64 pixels for which this can be decided; if none can, zeros are background.
 *
 * *mask is NULL if nothing is blank; else height * width bytes, to be freed by the caller: a copy
 * of pixels->valid, with 0 for blank pixels.
 */
wn_status wn_blank_areas_find(const struct pixels *pixels, uint8_t **mask);

/* Whether the first or the last rows of a frame are blank: a sign that it is still being written.
 */
bool wn_blank_rows_at_ends(const struct pixels *pixels);

#endif
