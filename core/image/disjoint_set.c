#include "image/disjoint_set.h"

#include "common/dynarray.h"

wn_status wn_disjoint_set_start(struct disjoint_set *c, size_t n)
{
    if (n > UINT32_MAX)
        return WN_ERR_MEMORY;
    uint32_t *parent = dynarray_reserve(c->parent, &c->capacity, n, sizeof *parent);
    if (!parent)
        return WN_ERR_MEMORY;
    c->parent = parent;
    for (size_t i = 0; i < n; i++)
        parent[i] = (uint32_t)i;
    return WN_OK;
}

void wn_disjoint_set_free(struct disjoint_set *c)
{
    free(c->parent);
    *c = (struct disjoint_set){0};
}

uint32_t wn_disjoint_set_lowest(struct disjoint_set *c, uint32_t number)
{
    uint32_t *parent = c->parent;
    while (parent[number] != number) {
        parent[number] = parent[parent[number]]; /* the way is shorter for the next one */
        number = parent[number];
    }
    return number;
}

void wn_disjoint_set_join(struct disjoint_set *c, uint32_t one, uint32_t other)
{
    one = wn_disjoint_set_lowest(c, one);
    other = wn_disjoint_set_lowest(c, other);
    if (one < other)
        c->parent[other] = one;
    else
        c->parent[one] = other;
}
