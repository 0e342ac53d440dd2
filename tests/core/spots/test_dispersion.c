/* DIALS's spot finding against a plain version of its published inequalities. */
#include <math.h>
#include <stdlib.h>

#include "geometry/map.h"
#include "spots/dispersion.h"
#include "spots/found_list.h"
#include "spots/signal_mask.h"
#include "support/unit.h"

/* ---- frames -------------------------------------------------------------------------------- */

struct dispersion_scene {
    wn_array array;
    wn_params map_params;
    wn_spot_params params;
    uint8_t *data;
    double *value; /* what the pixels are worth; NaN: flagged, or not valid */
    wn_map *map;
};

static double random_mean(uint64_t *random)
{
    return pow(10, -2 + 4 * unit_uniform(random));
}

/* A background that changes across the frame, spots, and pixels that are hot, huge or bad. Reals
 * are quarters, so that their sums are exact in any order. */
static double random_value(const struct dispersion_scene *s, double mean, size_t index,
                           uint64_t *random)
{
    const size_t x = index % s->array.width, y = index / s->array.width;
    const double slope = 1 + (double)x / s->array.width;
    const double dx = (double)(x % 17) - 8, dy = (double)(y % 23) - 11;
    const double spot = 30 * mean * exp(-(dx * dx + dy * dy) / 4);
    double value = unit_poisson(random, mean * slope + (double)((x / 17 + y / 23) % 3) * spot);
    const uint64_t kind = unit_random(random) % 2000;
    if (kind < 3)
        value = kind == 0 ? 20000 : kind == 1 ? 16777215 : 16777216.0 + 5;
    if (unit_is_float(s->array.type))
        value += (double)unit_integer(random, -4, 4) / 4;
    return wn_type_size(s->array.type) == 2 ? fmin(value, 30000) : value;
}

static bool random_valid(const struct dispersion_scene *s, size_t index, uint64_t *random)
{
    const size_t x = index % s->array.width, y = index / s->array.width;
    return unit_random(random) % 300 != 0 && x / 5 != 6 && (y + 2) / 3 != 11;
}

static void random_params(wn_spot_params *params, wn_spot_method method, uint64_t *random)
{
    const double gain[] = {1, 1, 1, 0.5, 4}, threshold[] = {0, 0, -3, 2.5, 20};
    wn_spot_params_init(method, params);
    params->masked_is_background = unit_random(random) % 2;
    if (unit_random(random) % 3 == 0)
        return;
    params->kernel_x = (int)unit_integer(random, 1, unit_random(random) % 4 ? 5 : 20);
    params->kernel_y = (int)unit_integer(random, 1, unit_random(random) % 4 ? 5 : 20);
    const int window = (2 * params->kernel_x + 1) * (2 * params->kernel_y + 1);
    const int least[] = {0, 2, 1, window / 2, window};
    params->min_local = least[unit_random(random) % 5];
    params->gain = gain[unit_random(random) % 5];
    params->global_threshold = threshold[unit_random(random) % 5];
    params->sigma_background = (double)unit_integer(random, 0, 8);
    params->sigma_strong = (double)unit_integer(random, 0, 6) / 1.5;
}

static struct dispersion_scene scene_of(wn_type type, wn_spot_method method, double mean,
                                        uint64_t *random)
{
    struct dispersion_scene s = {.array = {type, unit_random(random) % 2, 1, 0, 0}};
    s.array.height = (uint32_t)unit_integer(random, 1, 70);
    s.array.width = (uint32_t)unit_integer(random, 1, 90);
    const size_t n = (size_t)s.array.height * s.array.width;
    const bool mask = unit_random(random) % 3 != 0;
    uint8_t *valid = unit_alloc(n);
    wn_params_init(&s.map_params);
    random_params(&s.params, method, random);
    s.data = unit_alloc(wn_array_bytes(&s.array));
    s.value = unit_alloc(n * sizeof *s.value);
    for (size_t i = 0; i < n; i++) {
        const bool flagged = unit_random(random) % 500 == 0;
        s.value[i] = random_value(&s, mean, i, random);
        const uint64_t bits = flagged ? unit_flag(type) : unit_bits(type, s.value[i]);
        unit_put(&s.array, s.data, i, bits);
        valid[i] = !mask || random_valid(&s, i, random);
        s.value[i] = flagged || !valid[i] ? (double)NAN : unit_value(type, bits);
    }
    ck_assert_int_eq(
        wn_map_create(&s.map_params, s.array.height, s.array.width, mask ? valid : NULL, &s.map),
        WN_OK);
    free(valid);
    return s;
}

static void scene_free(struct dispersion_scene *s)
{
    wn_map_free(s->map);
    free(s->data);
    free(s->value);
}

/* ---- the plain version --------------------------------------------------------------------- */

struct plain_window {
    double n, x, y;
};

/* Over the window about a pixel, as far as it lies in the frame, without the pixels that are left
 * out; these may be NULL. */
static struct plain_window window_of(const struct dispersion_scene *s, size_t pixel, int kernel_x,
                                     int kernel_y, const bool *left_out)
{
    const int width = (int)s->array.width, height = (int)s->array.height;
    const int x = (int)pixel % width, y = (int)pixel / width;
    struct plain_window w = {0};
    for (int row = y - kernel_y; row <= y + kernel_y; row++) {
        for (int column = x - kernel_x; column <= x + kernel_x; column++) {
            if (row < 0 || row >= height || column < 0 || column >= width)
                continue;
            const size_t i = (size_t)row * (size_t)width + (size_t)column;
            if (!(s->value[i] < 16777216) || (left_out && left_out[i]))
                continue;
            w.n++;
            w.x += s->value[i];
            w.y += s->value[i] * s->value[i];
        }
    }
    return w;
}

static bool plain_dispersed(const wn_spot_params *p, struct plain_window w)
{
    const int all = (2 * p->kernel_x + 1) * (2 * p->kernel_y + 1);
    if (w.n < (p->min_local > 0 ? p->min_local : all) || w.x < 0)
        return false;
    const double chance = p->sigma_background * sqrt(2 * (w.n - 1));
    if (p->gain == 1)
        return w.n * w.y - w.x * w.x - w.x * (w.n - 1) > w.x * chance;
    return w.n * w.y - w.x * w.x > p->gain * w.x * (w.n - 1 + chance);
}

/* What is expected of a strong pixel, NaN for the others. */
static double *plain_simple(const struct dispersion_scene *s)
{
    const wn_spot_params *p = &s->params;
    const size_t n = (size_t)s->array.height * s->array.width;
    double *expected = unit_alloc(n * sizeof *expected);
    for (size_t i = 0; i < n; i++) {
        const struct plain_window w = window_of(s, i, p->kernel_x, p->kernel_y, NULL);
        const bool strong = !isnan(s->value[i]) && plain_dispersed(p, w) &&
                            s->value[i] > p->global_threshold &&
                            w.n * s->value[i] - w.x > p->sigma_strong * sqrt(p->gain * w.x * w.n);
        expected[i] = strong ? w.x / w.n : (double)NAN;
    }
    return expected;
}

/* No pixel of background nearer than `distance`, along rows, columns or diagonals. */
static bool far_from_background(const bool *signal, size_t height, size_t width, size_t pixel,
                                int distance)
{
    const int x = (int)(pixel % width), y = (int)(pixel / width);
    for (int row = y - distance + 1; row < y + distance; row++)
        for (int column = x - distance + 1; column < x + distance; column++)
            if (row >= 0 && row < (int)height && column >= 0 && column < (int)width &&
                !signal[(size_t)row * width + (size_t)column])
                return false;
    return true;
}

static double *plain_extended(const struct dispersion_scene *s)
{
    const wn_spot_params *p = &s->params;
    const size_t n = (size_t)s->array.height * s->array.width;
    double *expected = unit_alloc(n * sizeof *expected);
    bool *dispersed = unit_alloc(n * sizeof *dispersed), *signal = unit_alloc(n * sizeof *signal);
    const int distance = p->kernel_x < p->kernel_y ? p->kernel_x : p->kernel_y;
    for (size_t i = 0; i < n; i++)
        dispersed[i] = isnan(s->value[i])
                           ? !p->masked_is_background
                           : plain_dispersed(p, window_of(s, i, p->kernel_x, p->kernel_y, NULL));
    for (size_t i = 0; i < n; i++)
        signal[i] = !isnan(s->value[i]) &&
                    far_from_background(dispersed, s->array.height, s->array.width, i, distance);
    for (size_t i = 0; i < n; i++) {
        const struct plain_window w = window_of(s, i, p->kernel_x + 2, p->kernel_y + 2, signal);
        const double mean = w.n >= 2 ? w.x / w.n : 0;
        const bool strong = signal[i] && w.x >= 0 && s->value[i] > p->global_threshold &&
                            s->value[i] >= mean + p->sigma_strong * sqrt(p->gain * mean);
        expected[i] = strong ? mean : (double)NAN;
    }
    free(dispersed);
    free(signal);
    return expected;
}

/* ---- comparison ---------------------------------------------------------------------------- */

/* How many strong pixels there are. */
static size_t expect_plain(const struct dispersion_scene *s)
{
    const struct wn_finder finder = {.params = s->params, .map = s->map};
    const struct pixels pixels =
        wn_pixels_of_frame(&s->array, s->data, s->map->valid, &s->map_params);
    struct found_list list = {0};
    ck_assert_int_eq(wn_find_dispersion(&finder, &pixels, &list), WN_OK);
    double *expected =
        s->params.method == WN_SPOTS_DISPERSION ? plain_simple(s) : plain_extended(s);
    size_t n = 0;
    for (size_t i = 0; i < (size_t)s->array.height * s->array.width; i++) {
        const bool found = n < list.n && list.pixel[n].index == i;
        EXPECT(found == !isnan(expected[i]),
               "pixel %zu of %u x %u %s, windows of radii %d and %d: found %d, value %g, method %s",
               i, s->array.width, s->array.height, wn_type_name(s->array.type), s->params.kernel_x,
               s->params.kernel_y, found, s->value[i], wn_spot_method_name(s->params.method));
        if (!found)
            continue;
        const wn_found_pixel *p = &list.pixel[n++];
        EXPECT(p->value == s->value[i] && p->expected == expected[i] && p->variance == p->value &&
                   p->bits == WN_FOUND_STRONG && p->spot == WN_SPOT_BY_NEIGHBOURS,
               "pixel %zu: value %g, not %g; expected %g, not %g", i, p->value, s->value[i],
               p->expected, expected[i]);
    }
    ck_assert_uint_eq(n, list.n);
    wn_found_list_free(&list);
    free(expected);
    return n;
}

static void expect_plain_of_type(wn_type type, uint64_t seed)
{
    uint64_t random = seed;
    for (int method = WN_SPOTS_DISPERSION; method <= WN_SPOTS_DISPERSION_EXTENDED; method++) {
        size_t strong = 0;
        for (int round = 0; round < 60; round++) {
            struct dispersion_scene s =
                scene_of(type, (wn_spot_method)method, random_mean(&random), &random);
            strong += expect_plain(&s);
            scene_free(&s);
        }
        EXPECT(strong > 1000, "only %zu strong pixels: this shows nothing", strong);
    }
}

START_TEST(counts_are_judged_as_published)
{
    expect_plain_of_type(WN_U16, 1);
    expect_plain_of_type(WN_I32, 2);
    expect_plain_of_type(WN_U32, 3);
    expect_plain_of_type(WN_I16, 4);
}
END_TEST

START_TEST(reals_are_judged_as_published)
{
    expect_plain_of_type(WN_F32, 5);
    expect_plain_of_type(WN_F64, 6);
}
END_TEST

/* Where counts are high, the index of dispersion is a small difference of large sums. */
START_TEST(high_counts_are_judged_as_published)
{
    uint64_t random = 7;
    for (int method = WN_SPOTS_DISPERSION; method <= WN_SPOTS_DISPERSION_EXTENDED; method++) {
        size_t strong = 0;
        for (int round = 0; round < 40; round++) {
            const double mean = pow(10, 3 + 3 * unit_uniform(&random));
            struct dispersion_scene s = scene_of(WN_U32, (wn_spot_method)method, mean, &random);
            strong += expect_plain(&s);
            scene_free(&s);
        }
        EXPECT(strong > 1000, "only %zu strong pixels: this shows nothing", strong);
    }
}
END_TEST

/* Variance / mean is at the limit of what chance makes of a background, nearly everywhere. */
START_TEST(windows_at_the_limit_are_judged_as_published)
{
    uint64_t random = 10;
    const double limit = 1 + 6 * sqrt(2.0 / 48);
    for (int round = 0; round < 40; round++) {
        const int method = WN_SPOTS_DISPERSION + round % 2;
        struct dispersion_scene s = scene_of(WN_U32, (wn_spot_method)method, 1, &random);
        const double mean = pow(10, 3 + 3 * unit_uniform(&random));
        wn_spot_params_init(s.params.method, &s.params);
        s.params.sigma_strong = 0;
        for (size_t i = 0; i < (size_t)s.array.height * s.array.width; i++) {
            if (isnan(s.value[i]))
                continue;
            s.value[i] = fmax(0, floor(mean + sqrt(limit * mean) * unit_gauss(&random)));
            unit_put(&s.array, s.data, i, unit_bits(WN_U32, s.value[i]));
        }
        expect_plain(&s);
        scene_free(&s);
    }
}
END_TEST

/* All pixels alike, or none that is valid: nothing is strong, whatever is asked for. */
START_TEST(flat_frames_have_no_strong_pixels)
{
    uint64_t random = 8;
    const double level[] = {0, 1, 7, 16777215, 16777216, 4294967295.0};
    for (int round = 0; round < 60; round++) {
        const int method = WN_SPOTS_DISPERSION + round % 2;
        struct dispersion_scene s = scene_of(WN_U32, (wn_spot_method)method, 1, &random);
        for (size_t i = 0; i < (size_t)s.array.height * s.array.width; i++) {
            if (isnan(s.value[i]))
                continue;
            unit_put(&s.array, s.data, i, unit_bits(WN_U32, level[round / 2 % 6]));
            s.value[i] = round / 2 % 6 == 5 ? (double)NAN : level[round / 2 % 6];
        }
        s.params.sigma_background = 0;
        ck_assert_uint_eq(expect_plain(&s), 0);
        scene_free(&s);
    }
}
END_TEST

START_TEST(areas_lose_their_rim)
{
    uint64_t random = 9;
    for (int round = 0; round < 100; round++) {
        const size_t height = (size_t)unit_integer(&random, 1, 30);
        const size_t width = (size_t)unit_integer(&random, 1, 40);
        const int radius = (int)unit_integer(&random, 0, 19);
        uint8_t *mark = unit_alloc(height * width);
        bool *before = unit_alloc(height * width * sizeof *before);
        for (size_t i = 0; i < height * width; i++)
            mark[i] = before[i] = unit_random(&random) % (1 + (size_t)round) != 0;
        ck_assert_int_eq(wn_signal_mask_erode(mark, height, width, (size_t)radius), WN_OK);
        for (size_t i = 0; i < height * width; i++)
            EXPECT(mark[i] == far_from_background(before, height, width, i, radius + 1),
                   "pixel %zu of %zu x %zu, radius %d", i, width, height, radius);
        free(mark);
        free(before);
    }
}
END_TEST

UNIT_MAIN(counts_are_judged_as_published, reals_are_judged_as_published,
          high_counts_are_judged_as_published, windows_at_the_limit_are_judged_as_published,
          flat_frames_have_no_strong_pixels, areas_lose_their_rim)
