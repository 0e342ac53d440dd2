/* P3: the background is unbiased in mean and variance, band by band of its mean. */
#include <check.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "promises/promises.h"
#include "support/unit.h"

struct promised_moments {
    double n, sum, sum2;
};

static void add(struct promised_moments *m, double value)
{
    m->n++;
    m->sum += value;
    m->sum2 += value * value;
}

static double mean_of(const struct promised_moments *m)
{
    return m->sum / m->n;
}

static double variance_of(const struct promised_moments *m)
{
    return m->sum2 / m->n - mean_of(m) * mean_of(m);
}

/* Good pixels that are at least 8 pixels away from the true peaks of a frame. */
static uint8_t *background_pixels(size_t k)
{
    uint8_t *background = malloc(frame_pixels);
    ck_assert_ptr_nonnull(background);
    for (size_t i = 0; i < frame_pixels; i++)
        background[i] = frame_of_series(k)[i] != UINT32_MAX;
    const char *file = getenv("WINNOW_SERIES");
    struct h5frames frame = h5frames_read(file, "/truth/peaks/frame"),
                    x = h5frames_read(file, "/truth/peaks/x"),
                    y = h5frames_read(file, "/truth/peaks/y");
    for (size_t i = 0; i < frame.array.width; i++) {
        if (((const int32_t *)frame.data)[i] != (int32_t)k)
            continue;
        const long px = lrint(((const double *)x.data)[i]), py = lrint(((const double *)y.data)[i]);
        for (long row = py - 8; row <= py + 8; row++) {
            for (long column = px - 8; column <= px + 8; column++) {
                if (row >= 0 && row < (long)one.height && column >= 0 && column < (long)one.width)
                    background[(size_t)row * one.width + (size_t)column] = 0;
            }
        }
    }
    h5frames_free(&frame);
    h5frames_free(&x);
    h5frames_free(&y);
    return background;
}

/* Bands of the background of a ring, counts per pixel, and by how much mean and variance may be off
 * there. */
static const struct promised_band {
    double low, high, bound;
} bands[] = {{0.05, 0.1, 0.03}, {0.1, 0.2, 0.03}, {0.2, 0.5, 0.005}, {0.5, 1, 0.005},
             {1, 2, 0.005},     {2, 5, 0.005},    {5, 10, 0.005},    {10, 20, 0.005}};
#define BANDS (sizeof bands / sizeof bands[0])

static size_t band_of(double mean)
{
    size_t band = 0;
    while (band < BANDS && !(mean >= bands[band].low && mean < bands[band].high))
        band++;
    return band;
}

/* Number of draws of the noise of each frame: distributions are compared, not one draw. */
#define DRAWS 8

/* The band of each pixel of the background; BANDS where its ring is not compared. */
static uint8_t *bands_of(const wn_map *map, const wn_separation *separation, size_t k)
{
    uint8_t *band = background_pixels(k);
    for (size_t i = 0; i < frame_pixels; i++) {
        const wn_background *ring = &separation->background[wn_map_region_of(map, i)];
        band[i] = (uint8_t)(band[i] && ring->count >= 500 ? band_of(ring->mean) : BANDS);
    }
    return band;
}

static void add_frame(const uint8_t *band, const uint32_t *frame, struct promised_moments *sums)
{
    for (size_t i = 0; i < frame_pixels; i++) {
        if (band[i] < BANDS)
            add(&sums[band[i]], frame[i]);
    }
}

/* more: by how much more the variance may be off. */
static void compare_rings(const wn_params *params, wn_noise noise, double more)
{
    struct promised_moments before[BANDS] = {0}, after[BANDS] = {0};
    wn_map *map = map_of(params, &one);
    for (size_t k = 0; k < series.array.frames; k++) {
        const uint32_t *raw = frame_of_series(k);
        wn_separation *separation;
        ck_assert_int_eq(wn_separate(map, params, &one, raw, 1, &separation), WN_OK);
        uint8_t *band = bands_of(map, separation, k);
        struct chunk chunk = encode(map, params, &one, raw);
        add_frame(band, raw, before);
        for (int draw = 0; draw < (noise == WN_NOISE_ON ? DRAWS : 1); draw++) {
            reseed(&chunk);
            uint8_t *bytes = decode(map, &chunk, &one, noise, 1);
            add_frame(band, (const uint32_t *)(const void *)bytes, after);
            free(bytes);
        }
        free(chunk.bytes);
        free(band);
        wn_separation_free(separation);
    }
    wn_map_free(map);
    size_t tested = 0;
    for (size_t b = 0; b < BANDS; b++) {
        if (before[b].n < 100000)
            continue;
        tested++;
        const double mean = mean_of(&after[b]) / mean_of(&before[b]) - 1;
        const double variance = variance_of(&after[b]) / variance_of(&before[b]) - 1;
        printf("pick %.0f %s, %5.2f to %5.2f counts, %9.0f pixels: mean %+.3f %%",
               params->pick / 100.0, noise == WN_NOISE_ON ? "noise" : "mean ", bands[b].low,
               bands[b].high, before[b].n, 100 * mean);
        printf(noise == WN_NOISE_ON ? ", variance %+.3f %%\n" : "\n", 100 * variance);
        fflush(stdout);
        ck_assert_msg(fabs(mean) <= bands[b].bound, "the mean is off by %+.3f %%", 100 * mean);
        ck_assert_msg(noise != WN_NOISE_ON || fabs(variance) <= bands[b].bound + more,
                      "the variance is off by %+.3f %%", 100 * variance);
    }
    ck_assert_uint_ge(tested, 4);
}

START_TEST(P3_background_is_unbiased)
{
    for (int32_t pick = 100; pick <= 300; pick += 200) {
        wn_params params = radial;
        params.pick = pick;
        compare_rings(&params, WN_NOISE_ON, 0);
        compare_rings(&params, WN_NOISE_OFF, 0);
        params.noise_floor = 100;
        compare_rings(&params, WN_NOISE_ON, 0);
    }
}
END_TEST

/* The same where a kept grid is used, and where the background is drawn from the counts of blocks.
 * Blocks know no threshold, below which single pixels were left to them: where these are picked,
 * and the more the lower that is done, some stand out again. `more` is what the variance is found
 * to exceed the promise by, hardly rounded: the shortfall is known, and must not grow. */
START_TEST(P3_background_of_places_and_blocks_is_unbiased)
{
    const double more[LOSSLESS] = {0.009, 0.16, 0.002, 0, 0};
    for (size_t form = 0; form < LOSSLESS; form++) {
        const wn_params params = with_form(&radial, form);
        printf("keep %d, blocks of %d\n", (int)params.keep, (int)params.block);
        compare_rings(&params, WN_NOISE_ON, more[form]);
        compare_rings(&params, WN_NOISE_OFF, more[form]);
    }
}
END_TEST

/* No restored pixel reaches the threshold of its cell: it would be a false signal. */
START_TEST(P3_the_law_ends_where_signal_begins)
{
    wn_params params = radial;
    params.pick = 100;
    wn_map *map = map_of(&params, &one);
    const uint32_t *raw = frame_of_series(0);
    struct chunk chunk = encode(map, &params, &one, raw);
    uint8_t *bytes = decode(map, &chunk, &one, WN_NOISE_ON, 1);
    wn_separation *kept, *again;
    ck_assert_int_eq(wn_separate(map, &params, &one, raw, 1, &kept), WN_OK);
    ck_assert_int_eq(wn_separate(map, &params, &one, bytes, 1, &again), WN_OK);
    /* Picked again, hardly a restored pixel is signal: only where the threshold of a ring has moved
     * by a count, because its mean is that of other noise. */
    size_t new_ones = 0, i = 0;
    for (size_t j = 0; j < again->kept; j++) {
        while (i < kept->kept && kept->kept_index[i] < again->kept_index[j])
            i++;
        new_ones += i == kept->kept || kept->kept_index[i] != again->kept_index[j];
    }
    printf("%zu pixels kept, %zu others when picked again\n", kept->kept, new_ones);
    ck_assert_uint_lt(new_ones, kept->kept / 50);
    wn_separation_free(kept);
    wn_separation_free(again);
    wn_map_free(map);
    free(bytes);
    free(chunk.bytes);
}
END_TEST

void add_tests_of_background(TCase *tests)
{
    tcase_add_test(tests, P3_background_is_unbiased);
    tcase_add_test(tests, P3_background_of_places_and_blocks_is_unbiased);
    tcase_add_test(tests, P3_the_law_ends_where_signal_begins);
}
