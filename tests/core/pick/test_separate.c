/* Separation of a frame by our rule against a plain version, pixel by pixel; threads, arguments,
 * and the sums that the profile is fitted to. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/pick/test_separate.h"
#include "frame/pixels.h"
#include "geometry/map.h"
#include "pick/separate.h"
#include "pick/separation.h"
#include "support/reference.h"
#include "support/unit.h"

/* ---- our rule ------------------------------------------------------------------------------ */

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

/* The threshold of each cell by the quantile of its distribution, or by the published formula. */
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
            /* what is below 2 counts in the tails of 8 peaks cannot be told from background: 4 pi
             * counts a peak */
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

/* Sums over the dropped pixels, one by one; the tails of strong pixels are left out where they are
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

UNIT_MAIN(own_rule, published_rule_of_tiles, published_rule_with_our_clipping, background_is_found,
          dark_pixels, small_regions, everything_flagged, threads_change_nothing, wrong_arguments,
          dropped_pixels)
