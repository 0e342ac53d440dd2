/* Separation of a frame against a plain version, pixel by pixel: the published rule, and ours. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "background/fill_gaps.h"
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

static void separate_trial(struct separation_trial *t)
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

static void trial_free(struct separation_trial *t)
{
    wn_separation_free(t->result);
    wn_map_free(t->map);
    free(t->data);
    free(t->valid);
    free(t->kept);
}

/* The value of a pixel, NAN if it is flagged. */
static double pixel_value(const struct separation_trial *t, size_t i)
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

static double pixel_norm(const struct separation_trial *t, size_t i)
{
    return t->map->norm ? t->map->norm[i] : 1;
}

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

static double margin(const struct separation_trial *t, double sigma)
{
    const double pick = t->params.pick > 0 ? t->params.pick / 100.0 : 1;
    const double noise = t->params.noise_floor / 100.0;
    return fmax(noise, pick * sqrt(sigma * sigma + noise * noise));
}

/* Keep what exceeds the background, interpolated between the middles of two rings. */
static void expect_picked_by_pixel(const struct separation_trial *t, const double *mean,
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

/* A frame with a beam centre anywhere on it, or near the middle. */
static struct separation_trial random_trial(wn_type type, bool centred, uint64_t *random)
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

/* Rings without a background of their own: between the nearest good ones, or as the nearest. */
static void plain_fill(const bool *good, double *value, size_t n)
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

/* ---- our rule ------------------------------------------------------------------------------ */

/* The background that thresholds come from, and which regions keep everything. */
struct ours {
    double *mean, *sigma;
    bool *keep_all;
};

static struct ours background_of(const struct separation_trial *t)
{
    const size_t n = wn_map_regions(t->map);
    struct ours o = {unit_alloc(n * sizeof(double)), unit_alloc(n * sizeof(double)), unit_alloc(n)};
    bool *good = unit_alloc(n);
    size_t *members = unit_alloc(n * sizeof *members);
    for (size_t i = 0; i < t->pixels; i++)
        members[wn_map_region_of(t->map, i)] += isnan(pixel_value(t, i)) ? 0 : 1;
    for (size_t k = 0; k < n; k++) {
        o.mean[k] = t->result->background[k].mean;
        o.sigma[k] = t->result->background[k].sigma;
        o.keep_all[k] = members[k] < 16;
        good[k] = !o.keep_all[k] && t->result->background[k].count > 0;
    }
    if (t->map->model.kind == WN_MODEL_RADIAL) {
        plain_fill(good, o.mean, n);
        plain_fill(good, o.sigma, n);
    } else {
        for (size_t k = 0; k < n; k++)
            EXPECT(good[k], "tile %zu has no background of its own", k);
    }
    free(good);
    free(members);
    return o;
}

static void ours_free(struct ours *o)
{
    free(o->mean);
    free(o->sigma);
    free(o->keep_all);
}

/* The threshold of each cell by the quantile of its law, or by the published formula. */
static double *thresholds_of(const struct separation_trial *t, const struct ours *o, bool quantile,
                             bool *unclear)
{
    const double pick = t->params.pick > 0 ? t->params.pick / 100.0 : 1;
    double *threshold = unit_alloc(t->map->cells * sizeof *threshold);
    for (size_t c = 0; c < t->map->cells; c++) {
        const size_t k = t->map->cell_region[c];
        const double mean = plain_surface(t->map, o->mean, c), sigma = o->sigma[k];
        unclear[c] = false;
        if (t->map->cell_pixels[c] == 0)
            continue;
        if (!quantile)
            threshold[c] = (mean + margin(t, sigma)) * t->map->cell_norm[c];
        else if (!(mean > 0))
            threshold[c] = 0;
        else
            threshold[c] = plain_quantile(mean, sigma * sigma / o->mean[k], pick, &unclear[c]);
    }
    return threshold;
}

static void expect_picked_by_cell(const struct separation_trial *t, bool quantile)
{
    struct ours o = background_of(t);
    bool *unclear = unit_alloc(t->map->cells);
    double *threshold = thresholds_of(t, &o, quantile, unclear);
    size_t n_unclear = 0, kept = 0;
    for (size_t i = 0; i < t->pixels; i++) {
        const size_t c = t->map->cell[i], k = t->map->cell_region[c];
        const double value = pixel_value(t, i);
        if (isnan(value))
            EXPECT(!t->kept[i], "pixel %zu is flagged", i);
        else if (o.keep_all[k])
            EXPECT(t->kept[i], "pixel %zu is of a small region", i);
        else if (unclear[c] || fabs(value - threshold[c]) < (quantile ? 0 : CLOSE))
            n_unclear++;
        else
            EXPECT(t->kept[i] == (value > threshold[c]), "pixel %zu: %g, threshold %g", i, value,
                   threshold[c]);
        kept += t->kept[i];
    }
    ck_assert_uint_le(n_unclear, t->pixels / 100);
    ck_assert_uint_gt(kept, 0);
    ours_free(&o);
    free(unclear);
    free(threshold);
}

static size_t flagged_pixels(const struct separation_trial *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->pixels; i++)
        n += isnan(pixel_value(t, i)) ? 1 : 0;
    return n;
}

START_TEST(own_rule)
{
    uint64_t random = 7;
    for (int i = 0; i < 64; i++) {
        struct separation_trial t = random_trial(unit_types[i % 8], false, &random);
        t.params.error_model = (wn_error_model)(i % 4);
        t.params.pick = i % 5 ? (int32_t)unit_integer(&random, 50, 450) : 0;
        if (i % 2)
            t.params =
                (wn_params){.pick = t.params.pick, .error_model = t.params.error_model, .bins = 20};
        separate_trial(&t);
        expect_picked_by_cell(&t, true);
        ck_assert_uint_eq(t.result->flagged, flagged_pixels(&t));
        trial_free(&t);
    }
}
END_TEST

/* Tiles with the published formula: with a noise floor, or for floats. */
START_TEST(published_rule_of_tiles)
{
    uint64_t random = 8;
    for (int i = 0; i < 40; i++) {
        struct separation_trial t = random_trial(unit_types[i % 10], false, &random);
        t.params = (wn_params){.pick = (int32_t)unit_integer(&random, 50, 450),
                               .noise_floor = 100,
                               .bins = 24,
                               .compat_pyfai = i % 2};
        separate_trial(&t);
        expect_picked_by_cell(&t, false);
        trial_free(&t);
    }
}
END_TEST

/* Rings with a noise floor or floats: by pixel, with our clipping and with gaps filled. */
START_TEST(published_rule_with_our_clipping)
{
    uint64_t random = 9;
    for (int i = 0; i < 40; i++) {
        struct separation_trial t = random_trial(unit_types[i % 10], true, &random);
        t.params.pick = (int32_t)unit_integer(&random, 50, 450);
        t.params.noise_floor = (int32_t)unit_integer(&random, 10, 200);
        t.params.bins = 12; /* none of them with fewer than 16 pixels */
        t.params.error_model = (wn_error_model)(i % 4);
        separate_trial(&t);
        struct ours o = background_of(&t);
        for (size_t k = 0; k < wn_map_regions(t.map); k++)
            ck_assert(!o.keep_all[k]);
        expect_picked_by_pixel(&t, o.mean, o.sigma);
        ours_free(&o);
        trial_free(&t);
    }
}
END_TEST

/* Our background is that of the scene, also where pyFAI's collapses. */
START_TEST(background_is_found)
{
    const double mean[] = {0.02, 0.05, 0.1, 1, 10, 200, 2000};
    for (size_t i = 0; i < sizeof mean / sizeof mean[0]; i++) {
        struct separation_trial t = {.array = {WN_U16, false, 1, 256, 256},
                                     .params = {.bins = 128}};
        const struct unit_scene scene = {.seed = i,
                                         .mean = mean[i],
                                         .dispersion = 1,
                                         .peaks = 8,
                                         .peak = 20 * sqrt(mean[i]) + 10,
                                         .gaps = true};
        t.data = unit_frames(&t.array, &scene, NULL);
        separate_trial(&t);
        for (size_t k = 0; k < 4; k++) {
            const wn_background *b = &t.result->background[k];
            /* what is below 2 counts in the skirts of 8 peaks cannot be told apart: 4 pi counts a
             * peak */
            const double error = sqrt(mean[i] / b->count), skirts = 8 * 12.6 / 16384;
            EXPECT(fabs(b->mean - mean[i]) < 5 * error + 0.02 * mean[i] + skirts,
                   "mean %g, tile %zu: %g", mean[i], k, b->mean);
            EXPECT(fabs(b->sigma / sqrt(mean[i]) - 1) < 0.1, "mean %g, tile %zu: sigma %g", mean[i],
                   k, b->sigma);
            EXPECT(b->count > 15000, "mean %g, tile %zu: %u left", mean[i], k, (unsigned)b->count);
        }
        /* kept: the peaks, and of the background about what 1 sigma leaves */
        const double fraction = (double)t.result->kept / 65536;
        EXPECT(fraction < 0.2 && t.result->kept > 40, "mean %g: %zu kept", mean[i], t.result->kept);
        trial_free(&t);
    }
}
END_TEST

/* Dead pixels and shadows are flagged, not background: in each type the same. */
START_TEST(dark_pixels)
{
    uint64_t random = 10;
    for (size_t type = 0; type < 10; type++) {
        if (wn_type_size(unit_types[type]) == 1)
            continue;
        struct separation_trial t = {
            .array = {unit_types[type], type % 2, 1, 128, 128},
            .params = {.bins = 64, .error_model = WN_ERROR_AZIMUTHAL, .pick = 300}};
        const struct unit_scene scene = {.seed = type, .mean = 200, .dispersion = 1};
        t.data = unit_frames(&t.array, &scene, NULL);
        uint8_t dead[128 * 128] = {0};
        size_t n = 0;
        for (int i = 0; i < 40; i++) {
            const size_t pixel = (size_t)unit_integer(&random, 0, 128 * 128 - 1);
            n += !dead[pixel];
            dead[pixel] = 1;
            unit_put(&t.array, t.data, pixel, unit_bits(t.array.type, (double)(i % 3)));
        }
        for (size_t i = 0; i < 300; i++) { /* a shadow: half a rectangle of 20 x 30 */
            const size_t pixel = (50 + i / 20) * 128 + 70 + i % 20;
            n += !dead[pixel];
            dead[pixel] = 1;
            unit_put(&t.array, t.data, pixel, unit_bits(t.array.type, 80));
        }
        separate_trial(&t);
        EXPECT(t.result->flagged == n, "%s: %zu, not %zu", wn_type_name(t.array.type),
               t.result->flagged, n);
        for (size_t i = 0; i < t.pixels; i++)
            EXPECT(!dead[i] || !t.kept[i], "pixel %zu", i);
        /* the dark ones do not lower the background */
        for (size_t k = 0; k < 4; k++)
            EXPECT(fabs(t.result->background[k].mean - 200) < 2, "tile %zu: %g", k,
                   t.result->background[k].mean);
        /* and with pyFAI they are what they are there: background */
        wn_separation *other = NULL;
        t.params.compat_pyfai = true;
        ck_assert_int_eq(wn_separate(t.map, &t.params, &t.array, t.data, 1, &other), WN_OK);
        ck_assert_uint_eq(other->flagged, 0);
        wn_separation_free(other);
        trial_free(&t);
    }
}
END_TEST

/* Every pixel of a region with fewer than 16 valid ones is kept; with pyFAI it is not. */
START_TEST(small_regions)
{
    for (size_t type = 0; type < 10; type++) {
        struct separation_trial t = {.array = {unit_types[type], false, 1, 3, 5}};
        t.data = unit_alloc(wn_array_bytes(&t.array));
        for (size_t i = 0; i < 15; i++)
            unit_put(&t.array, t.data, i, unit_bits(t.array.type, 2 + (double)(i % 2)));
        separate_trial(&t);
        ck_assert_uint_eq(t.result->kept, 15);
        ck_assert_uint_eq(t.result->flagged, 0);
        trial_free(&t);

        t = (struct separation_trial){.array = {unit_types[type], false, 1, 4, 4}};
        t.data = unit_alloc(wn_array_bytes(&t.array));
        for (size_t i = 0; i < 16; i++)
            unit_put(&t.array, t.data, i, unit_bits(t.array.type, 2));
        separate_trial(&t);
        ck_assert_uint_eq(t.result->kept, 0);
        trial_free(&t);
    }
}
END_TEST

START_TEST(everything_flagged)
{
    for (size_t type = 0; type < 10; type++) {
        for (int compat = 0; compat < 2; compat++) {
            struct separation_trial t = {.array = {unit_types[type], false, 1, 40, 50}};
            t.params.compat_pyfai = compat;
            t.data = unit_alloc(wn_array_bytes(&t.array));
            for (size_t i = 0; i < 2000; i++)
                unit_put(&t.array, t.data, i, unit_flag(t.array.type));
            separate_trial(&t);
            ck_assert_uint_eq(t.result->kept, 0);
            ck_assert_uint_eq(t.result->flagged, 2000);
            for (size_t k = 0; k < t.result->regions; k++) {
                const wn_background *b = &t.result->background[k];
                ck_assert(b->count == 0 && b->mean == 0 && b->sigma == 0);
            }
            trial_free(&t);
        }
    }
}
END_TEST

/* ---- threads, arguments -------------------------------------------------------------------- */

START_TEST(threads_change_nothing)
{
    uint64_t random = 11;
    for (int i = 0; i < 24; i++) {
        struct separation_trial t = random_trial(unit_types[i % 10], false, &random);
        free(t.data);
        t.array.height = 300 + (uint32_t)i; /* several strips */
        const struct unit_scene scene = {.seed = (uint64_t)i,
                                         .mean = i % 3 ? 20 : 5000,
                                         .falloff = 200,
                                         .dispersion = 1.2,
                                         .peaks = 100,
                                         .peak = 100,
                                         .gaps = true};
        t.data = unit_frames(&t.array, &scene, NULL);
        t.params.compat_pyfai = i % 4 == 0;
        if (i % 3 == 1)
            t.params = (wn_params){.bins = 32};
        separate_trial(&t);
        for (int threads = 2; threads <= 4; threads++) {
            wn_separation *s = NULL;
            ck_assert_int_eq(wn_separate(t.map, &t.params, &t.array, t.data, threads, &s), WN_OK);
            ck_assert_uint_eq(s->regions, t.result->regions);
            ck_assert_uint_eq(s->kept, t.result->kept);
            ck_assert_uint_eq(s->flagged, t.result->flagged);
            ck_assert_mem_eq(s->kept_index, t.result->kept_index, s->kept * sizeof(uint32_t));
            for (size_t k = 0; k < s->regions; k++) {
                const wn_background *a = &s->background[k], *b = &t.result->background[k];
                EXPECT(a->mean == b->mean && a->sigma == b->sigma && a->count == b->count,
                       "%d threads, region %zu", threads, k);
            }
            wn_separation_free(s);
        }
        trial_free(&t);
    }
}
END_TEST

START_TEST(wrong_arguments)
{
    const uint16_t frame[100] = {0};
    const wn_params p = {0}, wrong = {.pick = -1};
    wn_map *map = NULL;
    ck_assert_int_eq(wn_map_create(&p, 10, 10, NULL, &map), WN_OK);
    wn_separation *const before = (wn_separation *)(void *)map, *s = before;
    wn_array a = {WN_U16, false, 1, 10, 10};
    ck_assert_int_eq(wn_separate(map, &p, &a, frame, 0, &s), WN_ERR_ARGUMENT);
    ck_assert_int_eq(wn_separate(map, &p, &a, frame, -1, &s), WN_ERR_ARGUMENT);
    ck_assert_int_eq(wn_separate(map, &wrong, &a, frame, 1, &s), WN_ERR_PARAMS);
    a.frames = 2;
    ck_assert_int_eq(wn_separate(map, &p, &a, frame, 1, &s), WN_ERR_ARGUMENT);
    a = (wn_array){WN_U16, false, 1, 10, 9};
    ck_assert_int_eq(wn_separate(map, &p, &a, frame, 1, &s), WN_ERR_SHAPE);
    a = (wn_array){WN_U16, false, 1, 9, 10};
    ck_assert_int_eq(wn_separate(map, &p, &a, frame, 1, &s), WN_ERR_SHAPE);
    a = (wn_array){(wn_type)1, false, 1, 10, 10};
    ck_assert_int_eq(wn_separate(map, &p, &a, frame, 1, &s), WN_ERR_SHAPE);
    ck_assert_ptr_eq(s, before);
    wn_separation_free(NULL);
    wn_map_free(map);
}
END_TEST

/* ---- what the profile is fitted to --------------------------------------------------------- */

/* Sums over the dropped pixels, one by one; the skirts of strong pixels are left out where they are
 * few: pixels of blocks of 4 x 4 at or beside one that holds a kept pixel above 4 sigma + 1 count.
 */
static void expect_dropped(const struct separation_trial *t)
{
    const struct pixels pixels = wn_pixels_of_frame(&t->array, t->data, t->map->valid, &t->params);
    struct separation *s = NULL;
    ck_assert_int_eq(wn_separate_pixels(t->map, &t->params, &pixels, 1, &s), WN_OK);
    struct ours o = background_of(t);
    const size_t width = t->array.width, across = (width + 3) / 4 + 2;
    const size_t down = (t->array.height + 3) / 4 + 2, regions = t->map->regions;
    uint8_t *strong = unit_alloc(across * down), *flagged = unit_alloc(t->pixels);
    for (size_t i = 0; i < t->pixels; i++) {
        const size_t c = t->map->cell[i];
        const double level = plain_surface(t->map, o.mean, c) + 4 * o.sigma[t->map->cell_region[c]];
        if (t->kept[i] && pixel_value(t, i) > level + (unit_is_float(t->array.type) ? 0 : 1))
            strong[(i / width / 4 + 1) * across + i % width / 4 + 1] = 1;
    }
    for (size_t k = 0; k < s->flagged.n; k++) {
        const struct rect *a = &s->flagged.area[k];
        for (size_t i = 0; i < (size_t)a->width * a->height; i++)
            flagged[a->first + i / a->width * width + i % a->width] = 1;
    }
    struct background_sums *all = unit_alloc(regions * sizeof *all);
    struct background_sums *skirts = unit_alloc(regions * sizeof *skirts);
    for (size_t i = 0; i < t->pixels; i++) {
        if (flagged[i] || t->kept[i])
            continue;
        bool near = false;
        for (size_t y = i / width / 4; y <= i / width / 4 + 2; y++) {
            for (size_t x = i % width / 4; x <= i % width / 4 + 2; x++)
                near = near || strong[y * across + x];
        }
        const double v = pixel_value(t, i);
        struct background_sums *const sums[] = {&all[wn_map_region_of(t->map, i)],
                                                &skirts[wn_map_region_of(t->map, i)]};
        for (int k = 0; k < 1 + near; k++) {
            sums[k]->n++;
            sums[k]->sum += v;
            sums[k]->sum2 += v * v;
        }
    }
    for (size_t k = 0; k < regions; k++) {
        const bool few = skirts[k].n <= 0.1 * all[k].n;
        const double n = all[k].n - (few ? skirts[k].n : 0);
        const double sum = all[k].sum - (few ? skirts[k].sum : 0);
        const double sum2 = all[k].sum2 - (few ? skirts[k].sum2 : 0);
        EXPECT(s->background_sums[k].n == n, "region %zu: %g dropped, not %g", k,
               s->background_sums[k].n, n);
        /* the library sums up differences from the mean, and these are plain sums */
        const double about = s->mean[k], is = s->background_sums[k].sum + n * about;
        const double is2 = s->background_sums[k].sum2 + 2 * about * sum - n * about * about;
        EXPECT(fabs(is - sum) <= 1e-9 * (fabs(sum) + n * fabs(about)),
               "region %zu: %.15g, not %.15g", k, is, sum);
        EXPECT(fabs(is2 - sum2) <= 1e-9 * (sum2 + n * about * about),
               "region %zu: %.15g, not %.15g", k, is2, sum2);
    }
    ours_free(&o);
    free(strong);
    free(flagged);
    free(all);
    free(skirts);
    wn_separation_destroy(s);
}

START_TEST(dropped_pixels)
{
    uint64_t random = 12;
    for (int i = 0; i < 40; i++) {
        struct separation_trial t = random_trial(unit_types[i % 10], false, &random);
        t.params.pick = (int32_t)unit_integer(&random, 100, 400);
        if (i % 2)
            t.params = (wn_params){.pick = t.params.pick, .bins = 40};
        if (i % 3 == 0)
            t.params.noise_floor = 100;
        for (int k = 0; k < 30; k++) /* dark pixels */
            unit_put(&t.array, t.data,
                     (size_t)unit_integer(&random, 0, t.array.width * t.array.height - 1), 0);
        separate_trial(&t);
        expect_dropped(&t);
        trial_free(&t);
    }
}
END_TEST

UNIT_MAIN(published_rule, published_rule_with_norm, published_rule_with_flags,
          published_rule_of_large_counts, gaps_of_rings, gaps_of_tiles, own_rule,
          published_rule_of_tiles, published_rule_with_our_clipping, background_is_found,
          dark_pixels, small_regions, everything_flagged, threads_change_nothing, wrong_arguments,
          dropped_pixels)
