/* Picking by neighbourhoods: a place carries signal if a matched filter stands out there, whether
 * or not a single pixel does, and is kept with a halo. Single pixels keep less of weak reflections:
 * their tails are below any threshold, and are replaced by mere background.
 *
 * With x the count of a pixel and m = mean * level what is expected of it
 * (background/local_scale.h), both 0 for flagged pixels and outside the frame, S = k * k * x and E
 * = k * k * m are the filtered counts. The kernel k is a box of 3 or a Gaussian, scaled by sum(k) /
 * sum(k^2): S has the variance E D, like a count (D: dispersion). A pixel that is not flagged is a
 * seed    if S stands out of E by `seed` sigma, as wn_is_significant() in stats/poisson_threshold.h
 * has it, and a single  if x stands out of m by `single` sigma. */
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
