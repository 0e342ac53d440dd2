/* What the tests of ring peaks share: scenes with spots on a known background. */
#ifndef TEST_CORE_SPOTS_TEST_RING_PEAKS_H
#define TEST_CORE_SPOTS_TEST_RING_PEAKS_H

#include <math.h>
#include <stdlib.h>

#include "geometry/map.h"
#include "spots/found_list.h"
#include "spots/ring_background.h"
#include "support/reference_rings.h"
#include "support/unit.h"

/* A frame on a background that is known. */
struct ring_scene {
    wn_array array;
    wn_params map_params;
    wn_map *map;
    struct ring_background background;
    double *expected; /* [pixels] of the background as it is, spots in time added */
    uint8_t *data;
    struct wn_finder finder;
};

static inline size_t pixels_of(const struct ring_scene *s)
{
    return (size_t)s->array.height * s->array.width;
}

static inline void random_mask(const struct ring_scene *s, uint8_t *valid, uint64_t *random)
{
    const uint32_t gap_x = (uint32_t)unit_integer(random, 0, s->array.width);
    const uint32_t gap_y = (uint32_t)unit_integer(random, 0, s->array.height);
    const uint32_t gap = (uint32_t)unit_integer(random, 0, 4);
    const uint64_t dead = 1 + (uint64_t)unit_integer(random, 20, 400);
    for (size_t i = 0; i < pixels_of(s); i++) {
        const uint32_t x = (uint32_t)(i % s->array.width), y = (uint32_t)(i / s->array.width);
        valid[i] = !(x >= gap_x && x < gap_x + gap) && !(y >= gap_y && y < gap_y + gap) &&
                   unit_random(random) % dead != 0;
    }
}

static inline struct ring_scene scene_of(wn_type type, uint32_t height, uint32_t width,
                                         const uint8_t *valid)
{
    struct ring_scene s = {.array = {type, wn_native_big_endian(), 1, height, width}};
    wn_params_init(&s.map_params);
    s.map_params.model = WN_MODEL_TILES;
    s.map_params.bins = height < 1000 ? 16 : 64;
    ck_assert_int_eq(wn_map_create(&s.map_params, height, width, valid, &s.map), WN_OK);
    s.background.mean = unit_alloc(s.map->cells * sizeof *s.background.mean);
    s.background.dispersion = unit_alloc(s.map->cells * sizeof *s.background.dispersion);
    if (unit_is_float(type))
        s.background.variance = unit_alloc(s.map->cells * sizeof *s.background.variance);
    s.expected = unit_alloc(pixels_of(&s) * sizeof *s.expected);
    s.data = unit_alloc(wn_array_bytes(&s.array));
    s.finder = (struct wn_finder){.map = s.map, .map_params = s.map_params, .saturation = NAN};
    wn_spot_params_init(WN_SPOTS_RING, &s.finder.params);
    return s;
}

static inline void scene_free(struct ring_scene *s)
{
    wn_map_free(s->map);
    wn_ring_background_free(&s->background);
    free(s->expected);
    free(s->data);
}

/* The same in all of a cell: a slope along both axes. */
static inline void set_background(struct ring_scene *s, double mean, double slope,
                                  double dispersion)
{
    for (size_t i = pixels_of(s); i-- > 0;) {
        const double x = (double)(i % s->array.width), y = (double)(i / s->array.width);
        const size_t cell = s->map->cell[i];
        const double rise = 1 + slope * (x / s->array.width + y / s->array.height);
        s->background.mean[cell] = (float)(mean * rise);
        s->background.dispersion[cell] = s->background.variance ? 1 : (float)dispersion;
        if (s->background.variance)
            s->background.variance[cell] = (float)(mean * rise * dispersion);
    }
    for (size_t i = 0; i < pixels_of(s); i++)
        s->expected[i] = s->background.mean[s->map->cell[i]];
}

/* Add a Gaussian of this many counts. */
static inline void add_spot(struct ring_scene *s, double x, double y, double width, double counts)
{
    for (size_t i = 0; i < pixels_of(s); i++) {
        const double dx = (double)(i % s->array.width) - x, dy = (double)(i / s->array.width) - y;
        const double r2 = (dx * dx + dy * dy) / (2 * width * width);
        if (r2 < 20)
            s->expected[i] += counts * exp(-r2) / (6.283185307179586 * width * width);
    }
}

static inline void put(struct ring_scene *s, size_t index, double value)
{
    unit_put(&s->array, s->data, index, unit_bits(s->array.type, value));
}

/* Noise on what is expected; some pixels are flagged. */
static inline void draw(struct ring_scene *s, double dispersion, unsigned flags, uint64_t *random)
{
    for (size_t i = 0; i < pixels_of(s); i++) {
        const double mean = s->expected[i];
        put(s, i,
            s->background.variance ? mean + sqrt(mean * dispersion) * unit_gauss(random)
                                   : fmin(unit_counts(random, mean, dispersion), 65000));
        if (flags > 0 && unit_random(random) % flags == 0)
            unit_put(&s->array, s->data, i, unit_flag(s->array.type));
    }
}

static inline struct found_list peaks_of(const struct ring_scene *s)
{
    const struct pixels pixels =
        wn_pixels_of_frame(&s->array, s->data, s->map->valid, &s->map_params);
    struct found_list list = {0};
    ck_assert_int_eq(wn_find_ring_peaks(&s->finder, &pixels, &s->background, &list), WN_OK);
    ck_assert(!list.failed);
    return list;
}

static inline wn_found *found_of(const struct ring_scene *s)
{
    wn_found *found = NULL;
    ck_assert_int_eq(wn_find(&s->finder, &s->array, s->data, &found), WN_OK);
    return found;
}

static inline void random_params(wn_spot_params *p, uint64_t *random)
{
    const double cutoff[] = {0, 1, 2, 2, 3.5}, significance[] = {1, 3, 5.3, 5.3, 8, 30};
    p->patch = unit_random(random) % 2 ? 3 : 5;
    p->connected = (int)unit_integer(random, 1, unit_random(random) % 2 ? 3 : 9);
    p->cutoff = cutoff[unit_random(random) % 5];
    p->significance = significance[unit_random(random) % 6];
}

/* Most scenes are small; some have several parts that are searched one by one, some hardly any
 * pixels. */
static inline struct ring_scene random_size(wn_type type, uint64_t *random)
{
    const uint64_t kind = unit_random(random) % 12;
    const uint32_t height = kind == 0 ? 150 : kind == 1 ? (uint32_t)unit_integer(random, 1, 9) : 60;
    const uint32_t width = kind == 0 ? 1100 : kind == 1 ? (uint32_t)unit_integer(random, 1, 9) : 80;
    struct ring_scene size = {.array = {type, false, 1, height, width}};
    uint8_t *valid = unit_alloc(pixels_of(&size));
    random_mask(&size, valid, random);
    struct ring_scene s =
        scene_of(type, height, width, kind > 1 && unit_random(random) % 4 ? valid : NULL);
    free(valid);
    return s;
}

/* Spots alone, beside each other, and at borders; areas that are brighter than is known. */
static inline void random_spots(struct ring_scene *s, uint64_t *random)
{
    const int spots = (int)(pixels_of(s) / 200);
    double x = 0, y = 0;
    for (int i = 0; i < spots && i < 300; i++) {
        const bool beside = unit_random(random) % 3 == 0;
        x = beside ? x + 6 * unit_uniform(random) - 3 : s->array.width * unit_uniform(random);
        y = beside ? y + 6 * unit_uniform(random) - 3 : s->array.height * unit_uniform(random);
        add_spot(s, x, y, 0.5 + 1.5 * unit_uniform(random), 10 * pow(300, unit_uniform(random)));
    }
    const uint32_t from = (uint32_t)unit_integer(random, 0, s->array.width);
    for (size_t i = 0; unit_random(random) % 2 && i < pixels_of(s); i++)
        s->expected[i] *= i % s->array.width >= from ? 2.5 : 1;
}

static inline struct ring_scene random_scene(wn_type type, uint64_t *random)
{
    const double dispersions[] = {1, 1, 1, 1.7, 0.6}, mean = 0.02 * pow(2500, unit_uniform(random));
    const double dispersion = dispersions[unit_random(random) % 5];
    struct ring_scene s = random_size(type, random);
    random_params(&s.finder.params, random);
    set_background(&s, mean, unit_random(random) % 2 ? 0 : 1.5, dispersion);
    for (size_t i = 0; unit_random(random) % 3 == 0 && i < s.map->cells; i++)
        s.background.dispersion[i] *= unit_is_float(type) ? 1 : 1 + 0.5f * (float)(i % 3);
    random_spots(&s, random);
    draw(&s, dispersion, unit_random(random) % 2 ? 0 : 300, random);
    return s;
}

static inline bool is_near(double one, double other)
{
    return fabs(one - other) <= 1e-9 * (1 + fabs(other));
}

#endif
