/* Dither for restoring without noise. R2_X and R2_Y generate the quasirandom R2 sequence (Roberts,
 * "The unreasonable effectiveness of quasirandom sequences", 2018): powers of the inverse of the
 * plastic number, times 2^32. Its values are evenly spread over any patch of pixels, so that
 * rounding errors cancel. */
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
