/* Which pixels of a frame of counts are kept, where that is decided by neighbourhoods or blocks and
 * not pixel by pixel. */
#ifndef WN_PICK_KEEP_POLICY_H
#define WN_PICK_KEEP_POLICY_H

#include "frame/pixels.h"
#include "pick/separation.h"

/* The threshold, in sigma, above which a single pixel is kept. */
double wn_keep_single_sigma(const wn_params *params);

/* Whether kept pixels are those of a kept grid, or all: then wn_keep_grid() has to be called. */
bool wn_keeps_grid(const wn_params *params, wn_type type);

/* Make the kept grid of a frame whose single pixels have been picked, and classify every pixel.
 * Blocks whose sum is so high that a pixel restored from it could be taken for a flag are kept. */
wn_status wn_keep_grid(struct separation *separation, const wn_params *params,
                       const struct pixels *pixels, int threads);

/* Keep every pixel that is not flagged. */
wn_status wn_keep_all(struct separation *separation);

/* List the kept pixels in the public part of the separation. */
wn_status wn_keep_list(struct separation *separation);

#endif
