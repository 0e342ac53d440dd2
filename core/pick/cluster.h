/* Picking by neighbourhoods: a neighbourhood carries signal if a matched filter finds an excess
 * there, whether or not a single pixel stands out, and is kept with a halo. Picking single pixels
 * keeps less of weak reflections: their tails are below any threshold, and would be replaced by
 * background.
 *
 * With x the count of a pixel and m = mean * local scale its expectation
 * (background/local_scale.h), both 0 for flagged pixels and outside the frame, S = k * k * x and E
 * = k * k * m are the filtered counts (k along rows and columns). The kernel k is a box of 3 pixels
 * or a Gaussian, scaled by sum(k) / sum(k^2): S has the variance E D, like a count (D: dispersion).
 * An unflagged pixel is
 *
 *     a seed    if S exceeds E by `seed` sigma in the sense of wn_is_significant()
 *               (stats/poisson_threshold.h),
 *     a single  if x exceeds m by `single` sigma. */
#ifndef WN_PICK_CLUSTER_H
#define WN_PICK_CLUSTER_H

#include "frame/pixels.h"
#include "geometry/map.h"

struct cluster_rule {
    double seed;   /* sigma, 1 to 30 */
    double single; /* sigma, 1 to 30: hot pixels and very sharp spots, kept without halo */
    double width;  /* sigma of the Gaussian filter in pixels, at most 9.9; 0: a box of 3 x 3 */
    int halo;      /* pixels kept around a seed, 0 to 9 */
    int grain;     /* the frame is kept in squares of grain x grain pixels, 1 to 8, aligned to
                      (0, 0) */
};

/*
 * Find the squares that are kept: those with a seed within `halo` pixels (of Chebyshev's distance)
 * of one of their pixels, and those with a single.
 *
 *   pixels       a frame of integers
 *   mean         [map->cells] expected counts of a pixel of each cell, finite and >= 0
 *   dispersion   [map->regions] variance / mean of each region; less than 1/4 is taken as 1/4
 *   threads      >= 1. The result does not depend on it.
 *   square       ceil(height / grain) rows of ceil(width / grain) bytes, 1 = kept; undefined on an
 *                error
 *
 * Errors: WN_ERR_ARGUMENT (floats, or a rule out of range), WN_ERR_MEMORY.
 */
wn_status wn_cluster_find(const wn_map *map, const struct pixels *pixels, const float *mean,
                          const double *dispersion, const struct cluster_rule *rule, int threads,
                          uint8_t *square);

#endif
