/* What of a separated frame of counts is kept where that is not a matter of single pixels alone. */
#ifndef WN_PICK_KEEP_POLICY_H
#define WN_PICK_KEEP_POLICY_H

#include "frame/pixels.h"
#include "pick/separation.h"

/* The cut-off, in sigma, above which a pixel is kept for itself alone. */
double wn_keep_single_sigma(const wn_params *params);

/* Whether kept pixels are places, or all: then wn_keep_grid() has to be called. */
bool wn_keeps_grid(const wn_params *params, wn_type type);

/* Decide on the places of a frame whose single pixels have been picked, and what every pixel is.
 * Blocks whose sum is so high that a pixel restored from it could be taken for a flag are kept. */
wn_status wn_keep_grid(struct separation *separation, const wn_params *params,
                       const struct pixels *pixels, int threads);

/* Keep every pixel that is not flagged. */
wn_status wn_keep_all(struct separation *separation);

/* List the kept pixels in the public part of the separation. */
wn_status wn_keep_list(struct separation *separation);

#endif
