/* What of a separated frame of counts is kept where that is not a matter of single pixels alone. */
#ifndef WN_KEEP_H
#define WN_KEEP_H

#include "frame/pixels.h"
#include "pick/separation.h"

/* The cut-off, in sigma, above which a pixel is kept for itself alone. */
double keep_single_sigma(const wn_params *params);

/* Whether kept pixels are places, or all: then keep_places() has to be called. */
bool keeps_places(const wn_params *params, wn_type type);

/* Decide on the places of a frame whose single pixels have been picked, and what every pixel is.
 * Blocks whose sum is so high that a pixel restored from it could be taken for a flag are kept. */
wn_status keep_places(struct separation *separation, const wn_params *params,
                      const struct pixels *pixels, int threads);

/* Keep every pixel that is not flagged. */
wn_status keep_all(struct separation *separation);

/* List the kept pixels in the public part of the separation. */
wn_status keep_list(struct separation *separation);

#endif
