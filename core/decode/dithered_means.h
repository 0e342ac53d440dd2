/* Means of a frame of counts, rounded to integers by dithering: the background without noise. */
#ifndef WN_DECODE_DITHERED_MEANS_H
#define WN_DECODE_DITHERED_MEANS_H

#include "format/profile.h"

/* Means as fixed-point numbers with `fraction` fractional bits. Adding the dither and truncating
 * rounds up exactly as often as the fraction says. */
struct dithered_means {
    uint32_t *mean; /* [cells] */
    int fraction;
};

/* The means of the distributions of a frame; first_kept: see struct separated_frame. */
wn_status wn_dithered_means_make(const wn_map *map, const struct profile *profile,
                                 const uint32_t *first_kept, struct dithered_means *means);
void wn_dithered_means_free(struct dithered_means *means);

/* Round n pixels of row y from column x on, cell[] being their cells. */
void wn_dithered_means_round(const struct dithered_means *means, const uint16_t *cell, uint32_t x,
                             uint32_t y, size_t n, uint32_t *count);

#endif
