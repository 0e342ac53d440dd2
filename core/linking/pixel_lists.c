#include "linking/pixel_lists.h"

#include "common/dynarray.h"

void chains_init(struct pixel_chains *chains)
{
    *chains = (struct pixel_chains){.unused = EMPTY_CHAIN};
}

void chains_free(struct pixel_chains *chains)
{
    free(chains->link);
    chains_init(chains);
}

/* A link that no chain has, CHAIN_END if there is no memory for it. */
static uint32_t take_link(struct pixel_chains *c)
{
    const uint32_t unused = c->unused.first;
    if (unused != CHAIN_END) {
        c->unused.first = c->link[unused].next;
        if (c->unused.first == CHAIN_END)
            c->unused = EMPTY_CHAIN;
        return unused;
    }
    if (c->n == CHAIN_END)
        return CHAIN_END;
    struct chained_pixel *link = with_room(c->link, &c->capacity, c->n + 1, sizeof *link);
    if (!link)
        return CHAIN_END;
    c->link = link;
    return (uint32_t)c->n++;
}

wn_status chain_add(struct pixel_chains *c, struct pixel_chain *chain,
                    const struct spot_pixel *pixel)
{
    const uint32_t link = take_link(c);
    if (link == CHAIN_END)
        return WN_ERR_MEMORY;
    c->link[link] = (struct chained_pixel){*pixel, CHAIN_END};
    chain_append(c, chain, (struct pixel_chain){link, link});
    return WN_OK;
}

void chain_append(struct pixel_chains *c, struct pixel_chain *chain, struct pixel_chain more)
{
    if (more.first == CHAIN_END)
        return;
    if (chain->first == CHAIN_END)
        chain->first = more.first;
    else
        c->link[chain->last].next = more.first;
    chain->last = more.last;
}

void chain_release(struct pixel_chains *c, struct pixel_chain *chain)
{
    chain_append(c, &c->unused, *chain);
    *chain = EMPTY_CHAIN;
}
