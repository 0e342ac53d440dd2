/* Mean and spread of the background as a function of the radius in whole pixels, as CrystFEL
 * computes them.
 *
 * CrystFEL measures from the corner of a pixel and truncates the distance along either axis to
 * whole pixels before it rounds the radius: pixel (x, y) has the radius
 *     rint(sqrt(trunc(x - centre_x - 0.5)^2 + trunc(y - centre_y - 0.5)^2)),
 * with the y distance in pixel widths. Tilts are ignored. */
#ifndef WN_SPOTS_RADIAL_STATS_H
#define WN_SPOTS_RADIAL_STATS_H

#include "frame/pixels.h"
#include "geometry/map.h"

/* Radii are numbered from the lowest one on the frame. */
struct radial_stats {
    uint32_t first; /* the lowest radius, pixels */
    wn_map map;   /* its regions and cells are the radii; only the members that wn_collect_samples()
                     needs */
    double *mean; /* [regions] background; 0 where no pixel is left */
    double *high; /* [regions] limit: pixels above it belong to peaks */
    double background; /* mean of the background over all pixels */
};

/* The radii of the pixels of a map; the background is filled in later. WN_ERR_SHAPE: they span more
 * than 65536 pixels. */
wn_status wn_radial_stats_make(const wn_map *map, struct radial_stats *radii);
void wn_radial_stats_free(struct radial_stats *radii);

/* Whether a pixel has the radius 0: CrystFEL leaves it out. */
static inline bool is_at_centre(const struct radial_stats *radii, size_t pixel)
{
    return radii->first + radii->map.cell[pixel] == 0;
}

/* Compute the background in five cycles of clipping: mean and spread of the values within
 * params->min_snr spreads of the last mean. The limit is at least params->threshold. */
wn_status wn_radial_stats_clip(struct radial_stats *radii, const struct pixels *pixels,
                               const wn_spot_params *params);

#endif
