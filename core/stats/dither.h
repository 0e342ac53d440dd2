/* The dither of restoring without noise: generators of the R2 sequence (Roberts, 2018), the powers
 * of the inverse of the plastic number, times 2^32. Its points fill the plane evenly, so that the
 * rounding errors cancel over any patch of pixels. */
#ifndef WN_STATS_DITHER_H
#define WN_STATS_DITHER_H

#include <stdint.h>

#define R2_X 3242174889u
#define R2_Y 2447445414u

static inline uint32_t dither_of(uint32_t x, uint32_t y)
{
    return x * R2_X + y * R2_Y;
}

#endif
