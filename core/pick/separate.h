/* Separating a frame into background, kept and flagged pixels. */
#ifndef WN_PICK_SEPARATE_H
#define WN_PICK_SEPARATE_H

#include "frame/pixels.h"
#include "pick/separation.h"

/* Separate one frame. */
wn_status wn_separate_pixels(const wn_map *map, const wn_params *params,
                             const struct pixels *pixels, int threads,
                             struct separation **separation);

/* The background alone: `mean` and `sigma`, and flagged rectangles without dark pixels; nothing is
 * picked. *mask: valid pixels of the frame without blank areas, to be freed by the caller; NULL: as
 * in the pixels. */
wn_status wn_separate_background(const wn_map *map, const wn_params *params,
                                 const struct pixels *pixels, int threads, uint8_t **mask,
                                 struct separation **separation);

#endif
