/* Finished spots that wait for wn_linker_take(). */
#ifndef WN_LINKING_FINISHED_SPOTS_H
#define WN_LINKING_FINISHED_SPOTS_H

#include "linking/spot_measure.h"

struct finished_spots {
    struct finished_spot {
        wn_spot spot;
        uint32_t first_index; /* of its first pixel, which is on frame z0 */
        size_t number;        /* in the order in which they were finished */
    } * spot;
    size_t n, capacity;
    wn_shoebox_pixel *pixel; /* spot by spot; only of spots added with `keep` */
    size_t pixels, pixel_capacity;
};

/* Add a spot of n pixels; with `keep` store its pixels as well. Start from {0}. WN_ERR_MEMORY. */
wn_status wn_finished_spots_add(struct finished_spots *finished, const wn_spot *spot,
                                const struct spot_pixel *pixel, size_t n, uint32_t width,
                                bool keep);

/* Hand out all spots, sorted by z0, y0, x0; none are left. WN_ERR_MEMORY. */
wn_status wn_finished_spots_take(struct finished_spots *finished, wn_spot_list **list);

void wn_finished_spots_free(struct finished_spots *finished);

#endif
