/* Union-find (Tarjan, J. ACM 22 (1975) 215) with path halving (Tarjan & van Leeuwen, J. ACM 31
 * (1984) 245). The root of a set is its lowest number, whatever the order of joins, instead of
 * being chosen by rank; operations then cost O(log n) amortised. */
#include "image/disjoint_set.h"

#include "common/dynarray.h"

wn_status wn_disjoint_set_start(struct disjoint_set *set, size_t n)
{
    if (n > UINT32_MAX)
        return WN_ERR_MEMORY;
    uint32_t *parent = dynarray_reserve(set->parent, &set->capacity, n, sizeof *parent);
    if (!parent)
        return WN_ERR_MEMORY;
    set->parent = parent;
    for (size_t i = 0; i < n; i++)
        parent[i] = (uint32_t)i;
    return WN_OK;
}

void wn_disjoint_set_free(struct disjoint_set *set)
{
    free(set->parent);
    *set = (struct disjoint_set){0};
}

uint32_t wn_disjoint_set_lowest(struct disjoint_set *set, uint32_t number)
{
    uint32_t *parent = set->parent;
    while (parent[number] != number) {
        parent[number] = parent[parent[number]]; /* path halving */
        number = parent[number];
    }
    return number;
}

void wn_disjoint_set_join(struct disjoint_set *set, uint32_t one, uint32_t other)
{
    one = wn_disjoint_set_lowest(set, one);
    other = wn_disjoint_set_lowest(set, other);
    if (one < other)
        set->parent[other] = one;
    else
        set->parent[one] = other;
}
