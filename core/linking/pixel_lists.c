/* Linked lists by index into one growing array, with a free list of released nodes. Indices instead
 * of pointers stay valid when the array moves, and take half the memory. */
#include "linking/pixel_lists.h"

#include "common/dynarray.h"

void wn_pixel_lists_init(struct pixel_lists *lists)
{
    *lists = (struct pixel_lists){.unused = EMPTY_PIXEL_LIST};
}

void wn_pixel_lists_free(struct pixel_lists *lists)
{
    free(lists->node);
    wn_pixel_lists_init(lists);
}

/* An unused node; PIXEL_LIST_END if there is no memory for one. */
static uint32_t take_node(struct pixel_lists *lists)
{
    const uint32_t unused = lists->unused.first;
    if (unused != PIXEL_LIST_END) {
        lists->unused.first = lists->node[unused].next;
        if (lists->unused.first == PIXEL_LIST_END)
            lists->unused = EMPTY_PIXEL_LIST;
        return unused;
    }
    if (lists->n == PIXEL_LIST_END)
        return PIXEL_LIST_END;
    struct listed_pixel *node =
        dynarray_reserve(lists->node, &lists->capacity, lists->n + 1, sizeof *node);
    if (!node)
        return PIXEL_LIST_END;
    lists->node = node;
    return (uint32_t)lists->n++;
}

wn_status wn_pixel_list_add(struct pixel_lists *lists, struct pixel_list *list,
                            const struct spot_pixel *pixel)
{
    const uint32_t node = take_node(lists);
    if (node == PIXEL_LIST_END)
        return WN_ERR_MEMORY;
    lists->node[node] = (struct listed_pixel){*pixel, PIXEL_LIST_END};
    wn_pixel_list_append(lists, list, (struct pixel_list){node, node});
    return WN_OK;
}

void wn_pixel_list_append(struct pixel_lists *lists, struct pixel_list *list,
                          struct pixel_list more)
{
    if (more.first == PIXEL_LIST_END)
        return;
    if (list->first == PIXEL_LIST_END)
        list->first = more.first;
    else
        lists->node[list->last].next = more.first;
    list->last = more.last;
}

void wn_pixel_list_release(struct pixel_lists *lists, struct pixel_list *list)
{
    wn_pixel_list_append(lists, &lists->unused, *list);
    *list = EMPTY_PIXEL_LIST;
}
