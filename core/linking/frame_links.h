/* Which pixels of a frame are one spot, and which of them go on with one of the frame before. */
#ifndef WN_LINKING_FRAME_LINKS_H
#define WN_LINKING_FRAME_LINKS_H

#include "image/disjoint_set.h"

/* In all of these the pixels of the frame have the numbers first, first + 1 ... in `sets`. */

/* Strong pixels that share an edge, where spots are not given. */
void wn_link_neighbours(const wn_found *found, uint32_t width, uint32_t first,
                        struct disjoint_set *sets);

/* Strong pixels that are the same: given spots may share pixels. */
void wn_link_shared(const wn_found *found, uint32_t first, struct disjoint_set *sets);

/* A strong pixel of the frame before, and the number in `sets` of what it belongs to. */
struct linked_pixel {
    uint32_t index, number;
};

/* Strong pixels that are strong on the frame before as well; `before` is ascending by index. */
void wn_link_frames(const struct linked_pixel *before, size_t n, const wn_found *found,
                    uint32_t first, struct disjoint_set *sets);

/* The first pixel of each given spot of a frame. */
struct assigned_spots {
    uint32_t *first; /* by the number of the spot */
    size_t n, capacity;
};

/* Join the pixels of each given spot. Begin with {0}. Errors: WN_ERR_MEMORY. */
wn_status wn_assigned_spots_join(struct assigned_spots *given, const wn_found *found,
                                 uint32_t first, struct disjoint_set *sets);

/* Whether a pixel is the first of a given spot of the frame that was joined last. */
bool wn_assigned_spots_begin(const struct assigned_spots *given, const wn_found *found,
                             size_t pixel);

void wn_assigned_spots_free(struct assigned_spots *given);

#endif
