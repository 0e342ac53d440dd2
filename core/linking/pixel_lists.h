/* Linked lists of pixels that share one array of nodes: O(1) to add a pixel, join two lists or
 * release one; released nodes are used again. */
#ifndef WN_LINKING_PIXEL_LISTS_H
#define WN_LINKING_PIXEL_LISTS_H

#include "linking/spot_measure.h"

/* End of a list. */
#define PIXEL_LIST_END UINT32_MAX

struct pixel_list {
    uint32_t first, last; /* both PIXEL_LIST_END if it is empty */
};

#define EMPTY_PIXEL_LIST ((struct pixel_list){PIXEL_LIST_END, PIXEL_LIST_END})

struct pixel_lists {
    struct listed_pixel {
        struct spot_pixel pixel;
        uint32_t next;
    } * node;
    size_t n, capacity;
    struct pixel_list unused; /* released nodes */
};

void wn_pixel_lists_init(struct pixel_lists *lists);
void wn_pixel_lists_free(struct pixel_lists *lists);

/* Errors: WN_ERR_MEMORY, also for more than 2^32 - 1 pixels at a time. */
wn_status wn_pixel_list_add(struct pixel_lists *lists, struct pixel_list *list,
                            const struct spot_pixel *pixel);

/* Append `more` to a list. O(1). */
void wn_pixel_list_append(struct pixel_lists *lists, struct pixel_list *list,
                          struct pixel_list more);

/* Empty a list; its nodes can be used again. O(1). */
void wn_pixel_list_release(struct pixel_lists *lists, struct pixel_list *list);

#endif
