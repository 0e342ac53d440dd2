#include "image/disjoint_set.h"

#include "common/dynarray.h"

wn_status components_start(struct components *c, size_t n)
{
    if (n > UINT32_MAX)
        return WN_ERR_MEMORY;
    uint32_t *parent = with_room(c->parent, &c->capacity, n, sizeof *parent);
    if (!parent)
        return WN_ERR_MEMORY;
    c->parent = parent;
    for (size_t i = 0; i < n; i++)
        parent[i] = (uint32_t)i;
    return WN_OK;
}

void components_free(struct components *c)
{
    free(c->parent);
    *c = (struct components){0};
}

uint32_t components_lowest(struct components *c, uint32_t number)
{
    uint32_t *parent = c->parent;
    while (parent[number] != number) {
        parent[number] = parent[parent[number]]; /* the way is shorter for the next one */
        number = parent[number];
    }
    return number;
}

void components_join(struct components *c, uint32_t one, uint32_t other)
{
    one = components_lowest(c, one);
    other = components_lowest(c, other);
    if (one < other)
        c->parent[other] = one;
    else
        c->parent[one] = other;
}
