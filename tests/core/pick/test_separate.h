/* What the tests of separation share: trials, and the plain comparison of what is kept. */
#ifndef TEST_CORE_PICK_TEST_SEPARATE_H
#define TEST_CORE_PICK_TEST_SEPARATE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "frame/pixels.h"
#include "geometry/map.h"
#include "pick/separate.h"
#include "pick/separation.h"
#include "support/reference.h"
#include "support/unit.h"

/* Thresholds are computed in two ways; pixels this close to one may be on either side. */
#define CLOSE 1e-9

/* A frame with what it takes to separate it, and the result. */
struct separation_trial {
    wn_array array;
    wn_params params;
    uint8_t *data, *valid;
    wn_map *map;
    wn_separation *result;
    size_t pixels;
    uint8_t *kept; /* [pixels] */
};

static inline void separate_trial(struct separation_trial *t)
{
    t->pixels = (size_t)t->array.height * t->array.width;
    if (!t->map)
        ck_assert_int_eq(
            wn_map_create(&t->params, t->array.height, t->array.width, t->valid, &t->map), WN_OK);
    ck_assert_int_eq(wn_separate(t->map, &t->params, &t->array, t->data, 1, &t->result), WN_OK);
    const wn_separation *s = t->result;
    ck_assert_uint_eq(s->regions, wn_map_regions(t->map));
    ck_assert_uint_le(s->kept + s->flagged, t->pixels);
    t->kept = unit_alloc(t->pixels);
    for (size_t i = 0; i < s->kept; i++) {
        EXPECT(s->kept_index[i] < t->pixels, "kept %zu", i);
        EXPECT(i == 0 || s->kept_index[i] > s->kept_index[i - 1], "kept %zu", i);
        t->kept[s->kept_index[i]] = 1;
    }
}

static inline void trial_free(struct separation_trial *t)
{
    wn_separation_free(t->result);
    wn_map_free(t->map);
    free(t->data);
    free(t->valid);
    free(t->kept);
}

/* The value of a pixel, NAN if it is flagged. */
static inline double pixel_value(const struct separation_trial *t, size_t i)
{
    const wn_type type = t->array.type;
    const uint64_t bits = unit_get(&t->array, t->data, i);
    const double value = unit_value(type, bits);
    const bool integer = !unit_is_float(type);
    if ((t->valid && !t->valid[i]) || (t->params.has_dummy && value == t->params.dummy) ||
        !isfinite(value) ||
        (integer && (bits == unit_flag(type) || value < 0 || value > 4294967294)))
        return NAN;
    return value;
}

static inline double pixel_norm(const struct separation_trial *t, size_t i)
{
    return t->map->norm ? t->map->norm[i] : 1;
}

static inline double margin(const struct separation_trial *t, double sigma)
{
    const double pick = t->params.pick > 0 ? t->params.pick / 100.0 : 1;
    const double noise = t->params.noise_floor / 100.0;
    return fmax(noise, pick * sqrt(sigma * sigma + noise * noise));
}

/* Keep what exceeds the background, interpolated between the middles of two rings. */
static inline void expect_picked_by_pixel(const struct separation_trial *t, const double *mean,
                                          const double *sigma)
{
    const struct plain_geometry g = plain_geometry_of(&t->params);
    const struct plain_rings rings =
        plain_rings_of(&t->params, t->array.height, t->array.width, t->valid);
    size_t flagged = 0, unclear = 0;
    for (size_t i = 0; i < t->pixels; i++) {
        const double value = pixel_value(t, i);
        if (isnan(value)) {
            flagged++;
            EXPECT(!t->kept[i], "pixel %zu is flagged", i);
            continue;
        }
        const double x = (double)(i % t->array.width), y = (double)(i / t->array.width);
        const double ring = plain_ring(&rings, plain_pixel_at(&g, x, y).radius);
        const double at = fmin(fmax(ring - 0.5, 0), rings.n - 1.0);
        const size_t k = (size_t)at, next = k + 1 < rings.n ? k + 1 : k;
        const double f = at - (double)k;
        const double mu = (1 - f) * mean[k] + f * mean[next];
        const double excess =
            value / pixel_norm(t, i) - mu - margin(t, (1 - f) * sigma[k] + f * sigma[next]);
        if (fabs(excess) < CLOSE * (1 + fabs(mu)))
            unclear++;
        else
            EXPECT(t->kept[i] == (excess > 0), "pixel %zu: %g, background %g, %g too much", i,
                   value, mu, excess);
    }
    EXPECT(t->result->flagged == flagged, "%s, %u x %u: %zu flagged, not %zu",
           wn_type_name(t->array.type), (unsigned)t->array.width, (unsigned)t->array.height,
           t->result->flagged, flagged);
    ck_assert_uint_le(unclear, t->pixels / 1000);
}

/* A frame with a beam centre anywhere on it, or near the middle. */
static inline struct separation_trial random_trial(wn_type type, bool centred, uint64_t *random)
{
    struct separation_trial t = {.array = {.type = type, .frames = 1}};
    t.array.big_endian = unit_random(random) % 2;
    t.array.height = (uint32_t)unit_integer(random, 40, 170);
    t.array.width = (uint32_t)unit_integer(random, 40, 150);
    const int64_t width = 1000 * (int64_t)t.array.width, height = 1000 * (int64_t)t.array.height;
    t.params.centre_x =
        (int32_t)unit_integer(random, centred ? width * 2 / 5 : 0, centred ? width * 3 / 5 : width);
    t.params.centre_y = (int32_t)unit_integer(random, centred ? height * 2 / 5 : 0,
                                              centred ? height * 3 / 5 : height);
    const double highest = wn_type_size(type) == 1 ? 20 : 300;
    struct unit_scene scene = {.seed = unit_random(random), .falloff = 60, .peaks = 30};
    scene.x = t.params.centre_x / 1e3;
    scene.y = t.params.centre_y / 1e3;
    scene.mean = 0.5 + highest * unit_uniform(random);
    scene.peak = 3 * highest;
    scene.dispersion = unit_random(random) % 2 ? 1 : 1.5;
    scene.gaps = unit_random(random) % 2;
    t.data = unit_frames(&t.array, &scene, NULL);
    return t;
}

/* Rings without a background of their own: between the nearest good ones, or as the nearest. */
static inline void plain_fill(const bool *good, double *value, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (good[i])
            continue;
        size_t before = i, after = i;
        while (before > 0 && !good[before])
            before--;
        while (after < n - 1 && !good[after])
            after++;
        if (good[before] && good[after])
            value[i] = value[before] + (value[after] - value[before]) * (double)(i - before) /
                                           (double)(after - before);
        else
            value[i] = good[before] ? value[before] : good[after] ? value[after] : 0;
    }
}

/* The background that thresholds come from, and which regions keep everything. */
struct ours {
    double *mean, *sigma;
    bool *keep_all;
};

#endif
