#include "linking/pixel_lists.h"

#include "common/dynarray.h"

void wn_pixel_lists_init(struct pixel_lists *chains)
{
    *chains = (struct pixel_lists){.unused = EMPTY_CHAIN};
}

void wn_pixel_lists_free(struct pixel_lists *chains)
{
    free(chains->link);
    wn_pixel_lists_init(chains);
}

/* A link that no chain has, PIXEL_LIST_END if there is no memory for it. */
static uint32_t take_link(struct pixel_lists *c)
{
    const uint32_t unused = c->unused.first;
    if (unused != PIXEL_LIST_END) {
        c->unused.first = c->link[unused].next;
        if (c->unused.first == PIXEL_LIST_END)
            c->unused = EMPTY_CHAIN;
        return unused;
    }
    if (c->n == PIXEL_LIST_END)
        return PIXEL_LIST_END;
    struct listed_pixel *link = dynarray_reserve(c->link, &c->capacity, c->n + 1, sizeof *link);
    if (!link)
        return PIXEL_LIST_END;
    c->link = link;
    return (uint32_t)c->n++;
}

wn_status wn_pixel_list_add(struct pixel_lists *c, struct pixel_list *chain,
                            const struct spot_pixel *pixel)
{
    const uint32_t link = take_link(c);
    if (link == PIXEL_LIST_END)
        return WN_ERR_MEMORY;
    c->link[link] = (struct listed_pixel){*pixel, PIXEL_LIST_END};
    wn_pixel_list_append(c, chain, (struct pixel_list){link, link});
    return WN_OK;
}

void wn_pixel_list_append(struct pixel_lists *c, struct pixel_list *chain, struct pixel_list more)
{
    if (more.first == PIXEL_LIST_END)
        return;
    if (chain->first == PIXEL_LIST_END)
        chain->first = more.first;
    else
        c->link[chain->last].next = more.first;
    chain->last = more.last;
}

void wn_pixel_list_release(struct pixel_lists *c, struct pixel_list *chain)
{
    wn_pixel_list_append(c, &c->unused, *chain);
    *chain = EMPTY_CHAIN;
}
