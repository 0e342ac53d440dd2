/* Expected background of every cell, on which ring peaks are found. */
#ifndef WN_SPOTS_RING_BACKGROUND_H
#define WN_SPOTS_RING_BACKGROUND_H

#include "decode/separated_frame.h"
#include "frame/pixels.h"

/* Mean and spread of the background pixels of a frame. */
struct ring_background {
    float *mean;       /* [cells] */
    float *dispersion; /* [cells] variance / mean; floats: 1 */
    float *variance;   /* [cells] floats; NULL for counts */
};

/* The background of a frame. *mask: the valid pixels without blank areas, to be freed; NULL if
 * those of `pixels` hold. */
wn_status wn_ring_background_of_frame(const wn_map *map, const wn_params *params,
                                      const struct pixels *pixels, uint8_t **mask,
                                      struct ring_background *background);

/* The background of a frame of a chunk. If the frame has cell distributions, its kept pixels must
 * be listed. */
wn_status wn_ring_background_of_chunk(const wn_map *map, const struct separated_frame *frame,
                                      bool real, struct ring_background *background);
void wn_ring_background_free(struct ring_background *background);

/* The mean over the pixels of a map; NaN if it has none. */
double wn_ring_background_mean(const wn_map *map, const struct ring_background *background);

#endif
