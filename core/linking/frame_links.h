/* Links between strong pixels: within a frame, and with the same pixel of the frame before. */
#ifndef WN_LINKING_FRAME_LINKS_H
#define WN_LINKING_FRAME_LINKS_H

#include "image/disjoint_set.h"

/* In all functions the pixels of the frame are elements first, first + 1 ... of `sets`. */

/* Join strong pixels that share an edge, except pixels that a finder has assigned to a spot. */
void wn_link_neighbours(const wn_found *found, uint32_t width, uint32_t first,
                        struct disjoint_set *sets);

/* Join entries of the same strong pixel: assigned spots may share pixels. */
void wn_link_shared(const wn_found *found, uint32_t first, struct disjoint_set *sets);

/* A strong pixel of the frame before, and the element of `sets` for the spot that it belongs to. */
struct linked_pixel {
    uint32_t index, number;
};

/* Join strong pixels with those of the frame before at the same index; `before` is sorted by index.
 */
void wn_link_frames(const struct linked_pixel *before, size_t n, const wn_found *found,
                    uint32_t first, struct disjoint_set *sets);

/* The first pixel of each spot that a finder has assigned pixels to, on one frame. */
struct assigned_spots {
    uint32_t *first; /* [n] by the number of the spot */
    size_t n, capacity;
};

/* Join the pixels of each assigned spot. Start from {0}. Errors: WN_ERR_MEMORY. */
wn_status wn_assigned_spots_join(struct assigned_spots *assigned, const wn_found *found,
                                 uint32_t first, struct disjoint_set *sets);

/* Whether a pixel is the first of an assigned spot of the frame that was joined last. */
bool wn_assigned_spots_begin(const struct assigned_spots *assigned, const wn_found *found,
                             size_t pixel);

void wn_assigned_spots_free(struct assigned_spots *assigned);

#endif
