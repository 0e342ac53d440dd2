/* The background that ring peaks are found on. */
#ifndef WN_SPOTS_RING_BACKGROUND_H
#define WN_SPOTS_RING_BACKGROUND_H

#include "decode/separated_frame.h"
#include "frame/pixels.h"

/* What a frame's background pixels are expected to be. */
struct ring_background {
    float *mean;       /* [cells] */
    float *dispersion; /* [cells] variance / mean; floats: 1 */
    float *variance;   /* [cells] floats; NULL for counts */
};

/* The background of a frame. *mask: the valid pixels without blank areas, to be freed; NULL: those
 * of the pixels. */
wn_status wn_ring_background_of_frame(const wn_map *map, const wn_params *params,
                                      const struct pixels *pixels, uint8_t **mask,
                                      struct ring_background *background);

/* That of a frame out of a chunk, the kept pixels of which are listed if it has laws. */
wn_status wn_ring_background_of_chunk(const wn_map *map, const struct separated_frame *frame,
                                      bool real, struct ring_background *background);
void wn_ring_background_free(struct ring_background *background);

/* The mean over the pixels of a map. */
double wn_ring_background_mean(const wn_map *map, const struct ring_background *background);

#endif
