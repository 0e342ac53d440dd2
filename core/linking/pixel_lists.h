/* Chains of pixels, all in one store: pixels are added at the end, chains are put together, and the
 * room of those that are released is used again. */
#ifndef WN_LINKING_PIXEL_LISTS_H
#define WN_LINKING_PIXEL_LISTS_H

#include "linking/spot_measure.h"

/* Where no further pixel is. */
#define PIXEL_LIST_END UINT32_MAX

struct pixel_list {
    uint32_t first, last; /* both PIXEL_LIST_END: it is empty */
};

#define EMPTY_CHAIN ((struct pixel_list){PIXEL_LIST_END, PIXEL_LIST_END})

struct pixel_lists {
    struct listed_pixel {
        struct spot_pixel pixel;
        uint32_t next;
    } * link;
    size_t n, capacity;
    struct pixel_list unused;
};

void wn_pixel_lists_init(struct pixel_lists *chains);
void wn_pixel_lists_free(struct pixel_lists *chains);

/* Errors: WN_ERR_MEMORY, also for more than 2^32 - 1 pixels at a time. */
wn_status wn_pixel_list_add(struct pixel_lists *chains, struct pixel_list *chain,
                            const struct spot_pixel *pixel);

/* Put `more` behind a chain. */
void wn_pixel_list_append(struct pixel_lists *chains, struct pixel_list *chain,
                          struct pixel_list more);

/* Make a chain empty. */
void wn_pixel_list_release(struct pixel_lists *chains, struct pixel_list *chain);

#endif
