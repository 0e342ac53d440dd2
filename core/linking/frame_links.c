/* Connected components of strong pixels by union-find (image/disjoint_set.h), in the raster-scan
 * manner of Rosenfeld & Pfaltz, J. ACM 13 (1966) 471: pixels come sorted by index, and each is
 * joined with its left and upper neighbour or with the same pixel of the frame before. Two cursors
 * move through the sorted lists, so that each function takes one pass over the pixels found, never
 * over the frame. */
#include "linking/frame_links.h"

#include "common/dynarray.h"

static bool is_strong(const wn_found_pixel *pixel)
{
    return pixel->bits & WN_FOUND_STRONG;
}

static bool is_assigned(const wn_found_pixel *pixel)
{
    return pixel->spot != WN_SPOT_BY_NEIGHBOURS;
}

/* ---- neighbours ---------------------------------------------------------------------------- */

void wn_link_neighbours(const wn_found *found, uint32_t width, uint32_t first,
                        struct disjoint_set *sets)
{
    const wn_found_pixel *pixel = found->pixel;
    size_t left = SIZE_MAX, above = 0;
    for (size_t i = 0; i < found->n; i++) {
        if (is_assigned(&pixel[i]))
            continue;
        const uint64_t index = pixel[i].index;
        const uint32_t number = first + (uint32_t)i;
        if (left != SIZE_MAX && pixel[left].index + (uint64_t)1 == index && index % width != 0)
            wn_disjoint_set_join(sets, first + (uint32_t)left, number);
        while (is_assigned(&pixel[above]) || pixel[above].index + (uint64_t)width < index)
            above++;
        if (pixel[above].index + (uint64_t)width == index)
            wn_disjoint_set_join(sets, first + (uint32_t)above, number);
        left = i;
    }
}

/* ---- the same pixel ------------------------------------------------------------------------ */

void wn_link_shared(const wn_found *found, uint32_t first, struct disjoint_set *sets)
{
    size_t last = SIZE_MAX;
    for (size_t i = 0; i < found->n; i++) {
        if (!is_strong(&found->pixel[i]))
            continue;
        if (last != SIZE_MAX && found->pixel[last].index == found->pixel[i].index)
            wn_disjoint_set_join(sets, first + (uint32_t)last, first + (uint32_t)i);
        last = i;
    }
}

void wn_link_frames(const struct linked_pixel *before, size_t n, const wn_found *found,
                    uint32_t first, struct disjoint_set *sets)
{
    size_t j = 0;
    for (size_t i = 0; i < found->n; i++) {
        const wn_found_pixel *pixel = &found->pixel[i];
        if (!is_strong(pixel))
            continue;
        while (j < n && before[j].index < pixel->index)
            j++;
        if (j < n && before[j].index == pixel->index)
            wn_disjoint_set_join(sets, before[j].number, first + (uint32_t)i);
    }
}

/* ---- assigned spots ------------------------------------------------------------------------ */

#define NO_PIXEL UINT32_MAX

static wn_status reserve_spots(struct assigned_spots *assigned, const wn_found *found)
{
    size_t n = assigned->n;
    for (size_t i = 0; i < found->n; i++) {
        if (is_assigned(&found->pixel[i]) && found->pixel[i].spot >= n)
            n = (size_t)found->pixel[i].spot + 1;
    }
    uint32_t *first = dynarray_reserve(assigned->first, &assigned->capacity, n, sizeof *first);
    if (!first)
        return WN_ERR_MEMORY;
    assigned->first = first;
    assigned->n = n;
    return WN_OK;
}

wn_status wn_assigned_spots_join(struct assigned_spots *assigned, const wn_found *found,
                                 uint32_t first, struct disjoint_set *sets)
{
    const wn_status status = reserve_spots(assigned, found);
    if (status != WN_OK)
        return status;
    for (size_t i = 0; i < found->n; i++) {
        if (is_assigned(&found->pixel[i]))
            assigned->first[found->pixel[i].spot] = NO_PIXEL;
    }
    for (size_t i = 0; i < found->n; i++) {
        if (!is_assigned(&found->pixel[i]))
            continue;
        uint32_t *begin = &assigned->first[found->pixel[i].spot];
        if (*begin == NO_PIXEL)
            *begin = (uint32_t)i;
        else
            wn_disjoint_set_join(sets, first + *begin, first + (uint32_t)i);
    }
    return WN_OK;
}

bool wn_assigned_spots_begin(const struct assigned_spots *assigned, const wn_found *found,
                             size_t pixel)
{
    return is_assigned(&found->pixel[pixel]) && assigned->first[found->pixel[pixel].spot] == pixel;
}

void wn_assigned_spots_free(struct assigned_spots *assigned)
{
    free(assigned->first);
    *assigned = (struct assigned_spots){0};
}
