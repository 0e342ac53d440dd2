/* Chains of pixels, all in one store: pixels are added at the end, chains are put together, and the
 * room of those that are released is used again. */
#ifndef WN_PIXEL_CHAINS_H
#define WN_PIXEL_CHAINS_H

#include "linking/spot_measure.h"

/* Where no further pixel is. */
#define CHAIN_END UINT32_MAX

struct pixel_chain {
    uint32_t first, last; /* both CHAIN_END: it is empty */
};

#define EMPTY_CHAIN ((struct pixel_chain){CHAIN_END, CHAIN_END})

struct pixel_chains {
    struct chained_pixel {
        struct spot_pixel pixel;
        uint32_t next;
    } * link;
    size_t n, capacity;
    struct pixel_chain unused;
};

void chains_init(struct pixel_chains *chains);
void chains_free(struct pixel_chains *chains);

/* Errors: WN_ERR_MEMORY, also for more than 2^32 - 1 pixels at a time. */
wn_status chain_add(struct pixel_chains *chains, struct pixel_chain *chain,
                    const struct spot_pixel *pixel);

/* Put `more` behind a chain. */
void chain_append(struct pixel_chains *chains, struct pixel_chain *chain, struct pixel_chain more);

/* Make a chain empty. */
void chain_release(struct pixel_chains *chains, struct pixel_chain *chain);

#endif
