/* Candidates for ring peaks: pixels where the matched filter may exceed its threshold. */
#ifndef WN_SPOTS_RING_CANDIDATES_H
#define WN_SPOTS_RING_CANDIDATES_H

#include "common/index_list.h"
#include "image/convolve.h"
#include "spots/ring_field.h"
#include "stats/poisson_threshold.h"

/* Per-pixel state of the search. Sparse: few pages of the array are ever touched. */
struct candidate_map_entry {
    float height;   /* of candidates: filtered excess / sqrt(variance of the pixel); else 0 */
    uint32_t owner; /* 1 + number of the peak that it belongs to; 0: none */
};

/* List pixels where the filtered counts may be significant: all that are, and some that a closer
 * test (spots/ring_stamp.h) rejects. Where less than 0.7 of the filter lies on usable pixels, as in
 * corners, the threshold is that for 0.7. The radius of the kernel is 1 or 2. Errors:
 * WN_ERR_MEMORY. */
wn_status wn_ring_candidates(const struct ring_field *field, const struct convolution *kernel,
                             const struct poisson_threshold *significant,
                             struct candidate_map_entry *entry, struct index_list *candidates);

#endif
