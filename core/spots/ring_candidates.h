/* Pixels about which the counts, filtered, stand out of what is expected. */
#ifndef WN_SPOTS_RING_CANDIDATES_H
#define WN_SPOTS_RING_CANDIDATES_H

#include "common/index_list.h"
#include "image/convolve.h"
#include "spots/ring_field.h"
#include "stats/poisson_threshold.h"

/* What is noted of a pixel. Few pages of such an array are ever touched. */
struct candidate_map_entry {
    float height; /* filtered excess over the square root of its variance, of candidates; else 0 */
    uint32_t owner; /* the number of the peak that it belongs to, plus 1; 0: none */
};

/* Find pixels where the filtered counts may stand out by so many sigma: all that do, and some that
 * have yet to be looked at closely. Where less than 0.7 of the filter is on usable pixels, in
 * corners, they have to stand out as if it were so much. The radius of the kernel is 1 or 2. */
wn_status wn_ring_candidates(const struct ring_field *field, const struct convolution *kernel,
                             const struct poisson_threshold *significant,
                             struct candidate_map_entry *mark, struct index_list *candidates);

#endif
