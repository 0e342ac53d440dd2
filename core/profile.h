/* The profile: the background law of every region, as it is stored. */
#ifndef WN_PROFILE_H
#define WN_PROFILE_H

#include "map.h"
#include "separation.h"
#include "stream.h"

/* Laws before truncation. Means and limits are surfaces, see surface.h; the others hold for whole
 * regions. */
struct profile {
    size_t regions;
    double *mean;       /* [regions] in the middle */
    double *dispersion; /* [regions] counts: variance / mean */
    double *sigma;      /* [regions] floats */
    double *limit;      /* [regions] floats: in the middle, the law ends there */
};

void profile_free(struct profile *profile);

/* Fit the laws to the dropped pixels of a separated frame and write them. If they cannot be stored,
 * w->full is set: the frame is not separated then. */
wn_status profile_write(struct writer *w, const struct separation *separation, wn_type type);

/* Read the profile for a map; `real` if the pixels are floats. Uses only arithmetic that is the
 * same everywhere. */
wn_status profile_read(struct reader *r, const wn_map *map, bool real, struct profile *profile);

/* The surface of means of regions at each cell, with its norm: what a pixel of it is expected to
 * be.
 */
wn_status surface_of_means(const wn_map *map, const double *mean, float *expected);

#endif
