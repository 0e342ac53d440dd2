/* How much more or less is counted in a part of a frame than rings or tiles know: polarisation,
 * shadows. */
#ifndef WN_BACKGROUND_LOCAL_SCALE_H
#define WN_BACKGROUND_LOCAL_SCALE_H

#include "frame/pixels.h"
#include "geometry/map.h"

/* Edge of a tile of levels, pixels. */
#define LOCAL_SCALE_TILE 64u

struct local_scale {
    size_t across, down;
    float *level; /* [across * down] counted / expected in the middle of a tile */
};

/*
 * The level of a tile is the sum of its counts over that of the means, over the unflagged pixels of
 * every fourth row of the tile and its eight neighbours. So that signal does not raise it, counts
 * are held at the mean + 4 sigma + 1, in which the mean is first taken twice, then at the level
 * that came of that. It is within 0.05 to 20, and 1 where there are fewer than 256 pixels to sum or
 * fewer than 64 counts expected.
 *
 *   mean         [map->cells] expected counts of a pixel, finite and >= 0
 *   dispersion   [map->cells] variance / mean
 */
wn_status wn_local_scale_find(const wn_map *map, const struct pixels *pixels, const float *mean,
                              const float *dispersion, int threads, struct local_scale *levels);
void wn_local_scale_free(struct local_scale *levels);

/* The levels of n pixels of row y from column `first` on: linear between the middles of tiles. */
void wn_local_scale_of_row(const struct local_scale *levels, size_t y, size_t first, size_t n,
                           float *level);

/* Integer pixels: the counts of n pixels from `first` on and the means of their cells; both are 0
 * for flagged pixels. n <= SEGMENT */
void wn_counts_and_means(const struct pixels *pixels, const wn_map *map, const float *mean,
                         size_t first, size_t n, float *pixel_count, float *pixel_mean);

#endif
