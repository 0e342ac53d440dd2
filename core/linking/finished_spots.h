/* Spots that are complete and wait to be taken. */
#ifndef WN_LINKING_FINISHED_SPOTS_H
#define WN_LINKING_FINISHED_SPOTS_H

#include "linking/spot_measure.h"

struct finished_spots {
    struct finished_spot {
        wn_spot spot;
        uint32_t first_index; /* of its first pixel, which is on frame z0 */
        size_t number;        /* in the order in which they became complete */
    } * spot;
    size_t n, capacity;
    wn_shoebox_pixel *pixel; /* spot by spot, where they are kept */
    size_t pixels, pixel_capacity;
};

/* Add a spot of n pixels; with `keep` they are kept. Begin with {0}. */
wn_status wn_finished_spots_add(struct finished_spots *complete, const wn_spot *spot,
                                const struct spot_pixel *pixel, size_t n, uint32_t width,
                                bool keep);

/* All spots in order; none are left. */
wn_status wn_finished_spots_take(struct finished_spots *complete, wn_spot_list **list);

void wn_finished_spots_free(struct finished_spots *complete);

#endif
