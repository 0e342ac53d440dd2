/* What the tests of picking by neighbourhoods share: scenes. */
#ifndef TEST_CORE_PICK_TEST_CLUSTER_H
#define TEST_CORE_PICK_TEST_CLUSTER_H

#include <stdlib.h>
#include <string.h>

#include "geometry/map.h"
#include "pick/cluster.h"
#include "support/reference.h"
#include "support/unit.h"

/* A frame with what is expected of it. */
struct cluster_scene {
    wn_array array;
    wn_map *map;
    uint8_t *valid;
    void *frame;
    float *mean;        /* [cells] */
    double *dispersion; /* [regions] */
};

static inline struct cluster_scene scene_of(wn_type type, uint32_t height, uint32_t width,
                                            const wn_params *params, uint8_t *valid)
{
    struct cluster_scene s = {.array = {type, wn_native_big_endian(), 1, height, width},
                              .valid = valid};
    ck_assert_int_eq(wn_map_create(params, height, width, valid, &s.map), WN_OK);
    s.frame = unit_alloc(wn_array_bytes(&s.array));
    s.mean = unit_alloc(s.map->cells * sizeof *s.mean);
    s.dispersion = unit_alloc(s.map->regions * sizeof *s.dispersion);
    return s;
}

static inline void scene_free(struct cluster_scene *s)
{
    wn_map_free(s->map);
    free(s->valid);
    free(s->frame);
    free(s->mean);
    free(s->dispersion);
}

/* Poisson counts about one mean, which changes from left to right by this factor. */
static inline struct cluster_scene flat_scene(uint32_t height, uint32_t width, double mean,
                                              double slope, uint64_t seed)
{
    const wn_params tiles = {0};
    struct cluster_scene s = scene_of(WN_U32, height, width, &tiles, NULL);
    uint64_t random = seed;
    for (size_t i = 0; i < (size_t)height * width; i++) {
        const double position = ((double)(i % width) + 0.5) / width;
        const double level = 2 * (1 + (slope - 1) * position) / (1 + slope);
        unit_put(&s.array, s.frame, i, unit_poisson(&random, mean * level));
    }
    for (size_t i = 0; i < s.map->cells; i++)
        s.mean[i] = (float)mean;
    for (size_t i = 0; i < s.map->regions; i++)
        s.dispersion[i] = 1;
    return s;
}

static inline size_t squares_of(const struct cluster_scene *s, int grain)
{
    const uint32_t g = (uint32_t)grain;
    return (size_t)((s->array.height + g - 1) / g) * ((s->array.width + g - 1) / g);
}

/* Exactly as much memory as is needed, filled with what is neither 0 nor 1. */
static inline uint8_t *find(const struct cluster_scene *s, const struct cluster_rule *rule,
                            int threads)
{
    const size_t n = squares_of(s, rule->grain);
    const wn_params no_dummy = {0};
    const struct pixels pixels = wn_pixels_of_frame(&s->array, s->frame, s->map->valid, &no_dummy);
    uint8_t *square = unit_alloc(n);
    memset(square, 77, n);
    ck_assert_int_eq(
        wn_cluster_find(s->map, &pixels, s->mean, s->dispersion, rule, threads, square), WN_OK);
    return square;
}

static const double means[] = {0.02, 0.3, 2.4, 40};

#endif
