/* Separation of a frame by the published rule of pyFAI against a plain version, pixel by pixel;
 * gaps in rings and tiles. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "background/fill_gaps.h"
#include "core/pick/test_separate.h"
#include "frame/pixels.h"
#include "geometry/map.h"
#include "pick/separate.h"
#include "pick/separation.h"
#include "support/reference.h"
#include "support/unit.h"

/* ---- the published rule, rings, as pyFAI has it -------------------------------------------- */

static size_t *regions_of(const struct separation_trial *t)
{
    const struct plain_geometry g = plain_geometry_of(&t->params);
    const struct plain_rings rings =
        plain_rings_of(&t->params, t->array.height, t->array.width, t->valid);
    size_t *region = unit_alloc(t->pixels * sizeof *region);
    for (size_t i = 0; i < t->pixels; i++) {
        const double x = (double)(i % t->array.width), y = (double)(i / t->array.width);
        const double ring = plain_ring(&rings, plain_pixel_at(&g, x, y).radius);
        EXPECT(fabs(ring - nearbyint(ring)) > 1e-12 || ring < 0.5, "pixel %zu is between rings", i);
        region[i] = (size_t)fmin(fmax(ring, 0), rings.n - 1.0);
    }
    return region;
}

static struct plain_background *clip_rings(const struct separation_trial *t, const size_t *region)
{
    const size_t n = wn_map_regions(t->map);
    struct plain_background *b = unit_alloc(n * sizeof *b);
    double *signal = unit_alloc(t->pixels * sizeof *signal);
    double *norm = unit_alloc(t->pixels * sizeof *norm);
    for (size_t k = 0; k < n; k++) {
        size_t members = 0;
        for (size_t i = 0; i < t->pixels; i++) {
            if (region[i] != k || isnan(pixel_value(t, i)))
                continue;
            signal[members] = pixel_value(t, i);
            norm[members++] = pixel_norm(t, i);
        }
        b[k] = plain_clip(signal, norm, members, t->params.error_model, t->params.clip / 100.0,
                          t->params.cycles > 0 ? t->params.cycles : 5);
    }
    free(signal);
    free(norm);
    return b;
}

static void expect_published(struct separation_trial *t)
{
    separate_trial(t);
    size_t *region = regions_of(t);
    struct plain_background *b = clip_rings(t, region);
    const size_t n = wn_map_regions(t->map);
    double *mean = unit_alloc(n * sizeof *mean), *sigma = unit_alloc(n * sizeof *sigma);
    for (size_t k = 0; k < n; k++) {
        const wn_background *ours = &t->result->background[k];
        EXPECT(ours->count == b[k].n, "ring %zu: %u pixels left, not %zu", k, (unsigned)ours->count,
               b[k].n);
        EXPECT(fabs(ours->mean - b[k].mean) <= 1e-12 * fabs(b[k].mean), "ring %zu: mean %g, not %g",
               k, ours->mean, b[k].mean);
        EXPECT(fabs(ours->sigma - b[k].sigma) <= 1e-12 * b[k].sigma + 1e-13 * fabs(b[k].mean),
               "ring %zu: sigma %g, not %g", k, ours->sigma, b[k].sigma);
        mean[k] = b[k].mean;
        sigma[k] = b[k].sigma;
    }
    expect_picked_by_pixel(t, mean, sigma);
    free(region);
    free(b);
    free(mean);
    free(sigma);
}

START_TEST(published_rule)
{
    uint64_t random = 1;
    for (int i = 0; i < 60; i++) {
        struct separation_trial t = random_trial(unit_types[i % 10], false, &random);
        t.params.compat_pyfai = true;
        t.params.error_model = (wn_error_model)(1 + i % 3);
        t.params.pick = (int32_t)unit_integer(&random, 50, 500);
        t.params.noise_floor = i % 4 ? (int32_t)unit_integer(&random, 0, 300) : 0;
        t.params.bins = (int32_t)unit_integer(&random, 5, 60);
        t.params.clip = i % 3 ? 0 : 350;
        t.params.cycles = i % 5 ? 0 : 2;
        expect_published(&t);
        ck_assert_uint_gt(t.result->kept, 10);
        trial_free(&t);
    }
}
END_TEST

START_TEST(published_rule_with_norm)
{
    uint64_t random = 2;
    for (int i = 0; i < 30; i++) {
        struct separation_trial t = random_trial(unit_types[i % 10], false, &random);
        t.params.compat_pyfai = true;
        t.params.error_model = (wn_error_model)(1 + i % 3);
        t.params.pick = 250;
        t.params.noise_floor = 100;
        t.params.bins = 25;
        t.params.distance = 200000;
        t.params.solid_angle = i % 2;
        t.params.polarised = i % 2 == 0 || i % 5 == 0;
        t.params.polarisation = 990;
        t.params.rot1 = i % 3 ? 0 : 200000;
        expect_published(&t);
        trial_free(&t);
    }
}
END_TEST

/* A mask, a dummy, an annulus that leaves rings without pixels. */
START_TEST(published_rule_with_flags)
{
    uint64_t random = 3;
    for (int i = 0; i < 30; i++) {
        struct separation_trial t = random_trial(unit_types[i % 10], false, &random);
        t.params.compat_pyfai = true;
        t.params.error_model = WN_ERROR_AZIMUTHAL;
        t.params.pick = 300;
        t.params.bins = 40;
        t.params.has_dummy = i % 2;
        t.params.dummy = 3;
        t.valid = unit_alloc((size_t)t.array.height * t.array.width);
        const struct plain_geometry g = plain_geometry_of(&t.params);
        for (size_t k = 0; k < (size_t)t.array.height * t.array.width; k++) {
            const double radius =
                plain_pixel_at(&g, (double)(k % t.array.width), (double)(k / t.array.width)).radius;
            t.valid[k] = unit_random(&random) % 10 && (radius < 20 || radius > 30);
        }
        expect_published(&t);
        trial_free(&t);
    }
}
END_TEST

/* Counts beyond the histograms, a few or nearly all. */
START_TEST(published_rule_of_large_counts)
{
    const double mean[] = {3000, 6000, 2e5, 1e8};
    for (int i = 0; i < 8; i++) {
        struct separation_trial t = {.array = {i % 2 ? WN_U32 : WN_I64, i % 3 == 0, 1, 90, 110}};
        t.params = (wn_params){.centre_x = 40123, .centre_y = 30321, .bins = 20, .pick = 200};
        t.params.compat_pyfai = true;
        t.params.error_model = WN_ERROR_POISSON;
        const struct unit_scene scene = {.seed = (uint64_t)i,
                                         .mean = mean[i / 2],
                                         .falloff = 300,
                                         .dispersion = 1,
                                         .peaks = 20,
                                         .peak = 3 * mean[i / 2]};
        t.data = unit_frames(&t.array, &scene, NULL);
        expect_published(&t);
        trial_free(&t);
    }
}
END_TEST

/* ---- gaps ---------------------------------------------------------------------------------- */

START_TEST(gaps_of_rings)
{
    uint64_t random = 5;
    for (int i = 0; i < 2000; i++) {
        const wn_params p = {.centre_x = 3100, .bins = (int32_t)unit_integer(&random, 1, 30)};
        wn_map *map = NULL;
        ck_assert_int_eq(wn_map_create(&p, 10, 10, NULL, &map), WN_OK);
        double value[30], expected[30];
        bool good[30];
        for (size_t k = 0; k < map->regions; k++) {
            good[k] = unit_random(&random) % 4 == 0;
            value[k] = good[k] ? unit_gauss(&random) : NAN;
            expected[k] = value[k];
        }
        plain_fill(good, expected, map->regions);
        ck_assert_int_eq(wn_fill_gaps(map, good, value), WN_OK);
        for (size_t k = 0; k < map->regions; k++)
            EXPECT(fabs(value[k] - expected[k]) < 1e-12, "ring %zu: %g, not %g", k, value[k],
                   expected[k]);
        wn_map_free(map);
    }
}
END_TEST

START_TEST(gaps_of_tiles)
{
    uint64_t random = 6;
    const wn_params p = {.bins = 4};
    wn_map *map = NULL;
    ck_assert_int_eq(wn_map_create(&p, 28, 36, NULL, &map), WN_OK);
    for (int i = 0; i < 2000; i++) {
        double value[63], before[63], low = INFINITY, high = -INFINITY;
        bool good[63];
        const uint64_t rarity = (uint64_t)unit_integer(&random, 2, 60);
        for (size_t k = 0; k < 63; k++) {
            good[k] = unit_random(&random) % rarity == 0;
            value[k] = before[k] = good[k] ? unit_gauss(&random) : NAN;
            low = good[k] ? fmin(low, value[k]) : low;
            high = good[k] ? fmax(high, value[k]) : high;
        }
        ck_assert_int_eq(wn_fill_gaps(map, good, value), WN_OK);
        for (size_t k = 0; k < 63; k++) {
            EXPECT(!good[k] || value[k] == before[k], "tile %zu", k);
            if (low > high)
                EXPECT(value[k] == 0, "tile %zu", k);
            else
                EXPECT(value[k] >= low - 1e-12 && value[k] <= high + 1e-12, "tile %zu", k);
            const bool inside = k % 9 > 0 && k % 9 < 8 && k >= 9 && k < 54;
            if (inside && !good[k] && good[k - 1] && good[k + 1] && good[k - 9] && good[k + 9])
                EXPECT(fabs(value[k] - (value[k - 1] + value[k + 1] + value[k - 9] + value[k + 9]) /
                                           4) < 1e-12,
                       "tile %zu", k);
        }
    }
    wn_map_free(map);
}
END_TEST

UNIT_MAIN(published_rule, published_rule_with_norm, published_rule_with_flags,
          published_rule_of_large_counts, gaps_of_rings, gaps_of_tiles)
