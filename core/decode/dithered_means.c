/* Ordered dithering of fixed-point means with the R2 sequence (Roberts 2018, see stats/dither.h).
 * Linear in the number of pixels; branch-free integer arithmetic. */
#include "decode/dithered_means.h"

#include <stdlib.h>

#include "common/simd.h"
#include "decode/cell_distributions.h"
#include "geometry/map.h"
#include "stats/dither.h"

/* As many fractional bits as the highest mean leaves room for in 32 bits, 30 at most. */
static void to_fixed_point(const double *mean, size_t n, struct dithered_means *fixed)
{
    double highest = 0;
    for (size_t i = 0; i < n; i++)
        highest = mean[i] > highest ? mean[i] : highest;
    fixed->fraction = 30;
    while (fixed->fraction > 0 &&
           (highest + 2) * (double)((uint64_t)1 << fixed->fraction) >= 4294967296.0)
        fixed->fraction--;
    const double scale = (double)((uint64_t)1 << fixed->fraction);
    for (size_t i = 0; i < n; i++)
        fixed->mean[i] = (uint32_t)(mean[i] * scale);
}

wn_status wn_dithered_means_make(const wn_map *map, const struct profile *profile,
                                 const uint32_t *first_kept, struct dithered_means *means)
{
    double *mean = malloc(map->cells * sizeof *mean);
    means->mean = malloc(map->cells * sizeof *means->mean);
    wn_status status = mean && means->mean ? WN_OK : WN_ERR_MEMORY;
    if (status == WN_OK)
        status = wn_cell_means_of_counts(map, profile, first_kept, mean);
    if (status == WN_OK)
        to_fixed_point(mean, map->cells, means);
    else
        wn_dithered_means_free(means);
    free(mean);
    return status;
}

void wn_dithered_means_free(struct dithered_means *means)
{
    free(means->mean);
    means->mean = NULL;
}

WN_MULTIVERSION
static void round_means(const uint32_t *restrict mean, int fraction, const uint16_t *restrict cell,
                        uint32_t dither, size_t n, uint32_t *restrict count)
{
    for (size_t i = 0; i < n; i++) {
        const uint32_t step = (dither + (uint32_t)i * R2_X) >> 1 >> (31 - fraction);
        count[i] = (mean[cell[i]] + step) >> fraction;
    }
}

void wn_dithered_means_round(const struct dithered_means *means, const uint16_t *cell, uint32_t x,
                             uint32_t y, size_t n, uint32_t *count)
{
    round_means(means->mean, means->fraction, cell, dither_of(x, y), n, count);
}
