/* What the tests of peakfinder8 share: scenes. */
#ifndef TEST_CORE_SPOTS_TEST_PEAKFINDER8_H
#define TEST_CORE_SPOTS_TEST_PEAKFINDER8_H

#include <stdlib.h>

#include "geometry/map.h"
#include "spots/found_list.h"
#include "spots/peakfinder8.h"
#include "support/unit.h"

struct peakfinder8_scene {
    wn_array array;
    size_t n; /* pixels */
    void *frame;
    uint8_t *valid;
    struct wn_finder finder;
    wn_map *map;
};

static inline void scene_map(struct peakfinder8_scene *s)
{
    ck_assert_int_eq(
        wn_map_create(&s->finder.map_params, s->array.height, s->array.width, s->valid, &s->map),
        WN_OK);
    s->finder.map = s->map;
}

static inline void scene_free(struct peakfinder8_scene *s)
{
    wn_map_free(s->map);
    free(s->frame);
    free(s->valid);
}

static inline int by_spot_and_index(const void *a, const void *b)
{
    const wn_found_pixel *x = a, *y = b;
    if (x->spot != y->spot)
        return x->spot < y->spot ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static inline struct found_list find(const struct peakfinder8_scene *s, double *background)
{
    const struct pixels pixels =
        wn_pixels_of_frame(&s->array, s->frame, s->map->valid, &s->finder.map_params);
    struct found_list list = {0};
    ck_assert_int_eq(wn_find_peakfinder8(&s->finder, &pixels, &list, background), WN_OK);
    ck_assert(!list.failed);
    if (list.n > 0)
        qsort(list.pixel, list.n, sizeof *list.pixel, by_spot_and_index);
    return list;
}

#endif
