/* Local scale: ratio of the counts in a part of a frame to those expected from its rings or tiles;
 * it accounts for polarisation and shadows. */
#ifndef WN_BACKGROUND_LOCAL_SCALE_H
#define WN_BACKGROUND_LOCAL_SCALE_H

#include "frame/pixels.h"
#include "geometry/map.h"

/* Edge of the tiles of the local scale, pixels; unrelated to those of a map. */
#define LOCAL_SCALE_TILE 64u

struct local_scale {
    size_t across, down;
    float *level; /* [across * down] counted / expected in the middle of a tile */
};

/*
 * The scale of a tile is the sum of the counts over the sum of the means of the unflagged pixels in
 * every fourth row of the tile and its eight neighbours. To exclude signal, counts are clipped at
 * mean + 4 sigma + 1; in the first iteration the mean is doubled in this, in the second mean and
 * variance are multiplied by the scale that the first one gave. The scale is limited to 0.05 to 20;
 * it is 1 where there are fewer than 256 pixels or fewer than 64 expected counts.
 *
 *   mean         [map->cells] expected counts of a pixel, finite and >= 0
 *   dispersion   [map->cells] variance / mean
 */
wn_status wn_local_scale_find(const wn_map *map, const struct pixels *pixels, const float *mean,
                              const float *dispersion, int threads, struct local_scale *scale);
void wn_local_scale_free(struct local_scale *scale);

/* The scale of n pixels of row y from column `first` on, bilinear between the middles of tiles. */
void wn_local_scale_of_row(const struct local_scale *scale, size_t y, size_t first, size_t n,
                           float *level);

/* Integer pixels: the counts of n pixels from `first` on and the means of their cells; both are 0
 * for flagged pixels. n <= SEGMENT */
void wn_counts_and_means(const struct pixels *pixels, const wn_map *map, const float *mean,
                         size_t first, size_t n, float *pixel_count, float *pixel_mean);

#endif
