/* Rings without a background are interpolated linearly between good ones; tiles are filled in the
 * order of a breadth-first search from the good ones, each by the average of its known neighbours.
 * Linear in the number of regions. */
#include "background/fill_gaps.h"

#include <stdlib.h>
#include <string.h>

#include "geometry/map.h"

/* Rings: linear between the nearest good rings, constant beyond the first and the last. */
static void fill_rings(const wn_map *map, const bool *good, double *value)
{
    size_t previous = map->regions; /* none yet */
    for (size_t i = 0; i < map->regions; i++) {
        if (!good[i])
            continue;
        if (previous == map->regions) {
            for (size_t j = 0; j < i; j++)
                value[j] = value[i];
        } else {
            const double slope = (value[i] - value[previous]) / (double)(i - previous);
            for (size_t j = previous + 1; j < i; j++)
                value[j] = value[previous] + slope * (double)(j - previous);
        }
        previous = i;
    }
    for (size_t j = previous == map->regions ? 0 : previous + 1; j < map->regions; j++)
        value[j] = previous == map->regions ? 0 : value[previous];
}

/* Tiles: outwards from the good ones, the average of those of the four neighbours that have a value
 * already. */
static wn_status fill_tiles(const wn_map *map, const bool *good, double *value)
{
    const size_t across = map->region_stride, n = map->regions;
    size_t *queue = malloc(n * sizeof *queue);
    bool *queued = malloc(n * sizeof *queued), *known = malloc(n * sizeof *known);
    if (!queue || !queued || !known) {
        free(queue);
        free(queued);
        free(known);
        return WN_ERR_MEMORY;
    }
    size_t end = 0;
    memcpy(known, good, n * sizeof *known);
    memcpy(queued, good, n * sizeof *queued);
    for (size_t i = 0; i < n; i++) {
        if (good[i])
            queue[end++] = i;
    }
    if (end == 0)
        memset(value, 0, n * sizeof *value);
    for (size_t begin = 0; begin < end; begin++) {
        const size_t i = queue[begin], x = i % across;
        const size_t neighbour[4] = {x > 0 ? i - 1 : n, x + 1 < across ? i + 1 : n,
                                     i >= across ? i - across : n, i + across < n ? i + across : n};
        double sum = 0;
        int count = 0;
        for (int k = 0; k < 4; k++) {
            const size_t j = neighbour[k];
            if (j == n)
                continue;
            if (known[j]) {
                sum += value[j];
                count++;
            }
            if (!queued[j]) {
                queued[j] = true;
                queue[end++] = j;
            }
        }
        if (!known[i]) {
            value[i] = sum / count;
            known[i] = true;
        }
    }
    free(queue);
    free(queued);
    free(known);
    return WN_OK;
}

wn_status wn_fill_gaps(const wn_map *map, const bool *good, double *value)
{
    if (map->model.kind == WN_MODEL_TILES)
        return fill_tiles(map, good, value);
    fill_rings(map, good, value);
    return WN_OK;
}
