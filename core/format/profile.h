/* The profile: the parameters of the background distribution of every region, as they are
 * stored. */
#ifndef WN_FORMAT_PROFILE_H
#define WN_FORMAT_PROFILE_H

#include "format/byte_stream.h"
#include "geometry/map.h"

/* Means of counts are stored as sqrt(mean) in units of 2^-shift: on that scale the statistical
 * error of a region does not depend on its mean. */
#define MAX_MEAN_SHIFT 14
#define MAX_MEAN_CODE  ((uint64_t)1 << (MAX_MEAN_SHIFT + 16))

/* Dispersions are stored with 6 bits of mantissa: code = 64 (e + 12) + m stands for
 * 2^e (1 + m / 64). */
#define DISPERSION_BIAS     12
#define MAX_DISPERSION_CODE (64 * (DISPERSION_BIAS + 16))

/* Parameters before truncation. Means and limits are surfaces, see background/surface.h; the others
 * are constant over a region. */
struct profile {
    size_t regions;
    double *mean;       /* [regions] in the middle of the region */
    double *dispersion; /* [regions] counts: variance / mean */
    double *sigma;      /* [regions] floats */
    double *limit; /* [regions] floats: where the distribution is truncated, in the middle of the
                      region */
};

/* Allocate a profile, to be filled in. WN_ERR_MEMORY. */
wn_status wn_profile_allocate(struct profile *profile, size_t regions, bool real);
void wn_profile_free(struct profile *profile);

/* The dispersion that a code stands for. */
double wn_dispersion_of_code(uint64_t code);

/* The region that a code is predicted from: the ring before, or the tile above. */
static inline size_t profile_predecessor(size_t i, size_t stride)
{
    return i >= stride ? i - stride : i - 1;
}

/* Read the profile for a map; `real`: the pixels are floats. The result is the same on every
 * machine. */
wn_status wn_profile_read(struct byte_reader *r, const wn_map *map, bool real,
                          struct profile *profile);

/* Expected counts of a pixel of each cell: the means of the profile, in float, and at least
 * MIN_EXPECTED_COUNT, so that every pixel has a weight above 0. */
#define MIN_EXPECTED_COUNT 0x1p-20f
wn_status wn_expected_counts(const wn_map *map, const struct profile *profile, float *mean);

#endif
