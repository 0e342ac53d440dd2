/* The means that a frame of counts is restored as without noise. */
#ifndef WN_DECODE_DITHERED_MEANS_H
#define WN_DECODE_DITHERED_MEANS_H

#include "format/profile.h"

/* Means as fixed-point numbers with `fraction` bits behind the point: adding the dither and cutting
 * the fraction off rounds up just as often as the fraction says. */
struct dithered_means {
    uint32_t *mean; /* [cells] */
    int fraction;
};

/* The means of the laws of a frame; first_kept: see separated_frame. */
wn_status wn_dithered_means_make(const wn_map *map, const struct profile *profile,
                                 const uint32_t *first_kept, struct dithered_means *means);
void wn_dithered_means_free(struct dithered_means *means);

/* Counts for n pixels of row y from column x on, the first of which has *cell. */
void wn_dithered_means_round(const struct dithered_means *means, const uint16_t *cell, uint32_t x,
                             uint32_t y, size_t n, uint32_t *count);

#endif
