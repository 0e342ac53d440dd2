/* Ring peaks by their statistics: bias and variance of positions, false peaks in noise and at
 * edges; unusual frames. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/spots/test_ring_peaks.h"
#include "spots/found_list.h"
#include "support/reference_rings.h"
#include "support/unit.h"

/* ---- statistics ---------------------------------------------------------------------------- */

struct errors {
    double n, sum, sum2, pulls2;
};

static void add_error(struct errors *e, double error, double variance)
{
    e->n++;
    e->sum += error;
    e->sum2 += error * error;
    e->pulls2 += error * error / variance;
}

#define SPACING 20

/* Spots on a grid, each somewhere in its pixel. */
static void measure_positions(double mean, double width, double counts, struct errors *x,
                              struct errors *y)
{
    uint64_t random = 9;
    const uint32_t size = 30 * SPACING;
    struct ring_scene s = scene_of(WN_U16, size, size, NULL);
    double truth[30][30][2];
    set_background(&s, mean, 0, 1);
    for (uint32_t i = 0; i < 900; i++) {
        double *at = truth[i / 30][i % 30];
        at[0] = (i % 30) * SPACING + SPACING / 2 - 0.5 + unit_uniform(&random);
        at[1] = (double)(i / 30 * SPACING) + SPACING / 2 - 0.5 + unit_uniform(&random);
        struct ring_scene part = s; /* the rows about the spot alone */
        part.array.height = SPACING;
        part.expected += (size_t)(i / 30 * SPACING) * size;
        add_spot(&part, at[0], at[1] - i / 30 * SPACING, width, counts);
    }
    draw(&s, 1, 0, &random);
    wn_found *found = found_of(&s);
    for (size_t i = 0; i < found->peaks; i++) {
        const wn_found_peak *p = &found->peak[i];
        const double *at = truth[(size_t)p->y / SPACING][(size_t)p->x / SPACING];
        EXPECT(hypot(p->x - at[0], p->y - at[1]) < 2, "a peak at %g, %g", p->x, p->y);
        add_error(x, p->x - at[0], p->variance_x);
        add_error(y, p->y - at[1], p->variance_y);
    }
    EXPECT(x->n >= 0.99 * 900 && x->n <= 900, "%g spots found", x->n);
    wn_found_free(found);
    scene_free(&s);
}

static void expect_fair(const struct errors *e, const char *what)
{
    const double mean = e->sum / e->n, error = sqrt(e->sum2) / e->n, pull = sqrt(e->pulls2 / e->n);
    EXPECT(fabs(mean) < 3 * error && pull > 0.8 && pull < 1.3,
           "%s: bias %g with the standard error %g, rms of pulls %g", what, mean, error, pull);
}

START_TEST(positions_are_not_biased_and_their_variances_hold)
{
    const double mean[] = {0.05, 1, 10}, width[] = {0.8, 1.1, 1.4}, counts[] = {60, 120, 1000};
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 3; k++) {
            struct errors x = {0}, y = {0};
            char what[100];
            const double more = (2 + 2 * sqrt(mean[i])) / 2;
            snprintf(what, sizeof what, "mean %g, width %g", mean[i], width[k]);
            measure_positions(mean[i], width[k], counts[(i + k) % 3] * more, &x, &y);
            expect_fair(&x, what);
            expect_fair(&y, what);
        }
    }
}
END_TEST

/* Noise alone: there are no more peaks than pixels that stand out by chance, but for three sigma of
 * their number. */
static double peaks_in_noise(double mean, double significance, int connected)
{
    uint64_t random = 10;
    const uint32_t size = 1000;
    struct ring_scene s = scene_of(WN_U16, size, size, NULL);
    double peaks = 0;
    set_background(&s, mean, 0, 1);
    s.finder.params.significance = significance;
    s.finder.params.connected = connected;
    for (int frame = 0; frame < 8; frame++) {
        draw(&s, 1, 0, &random);
        wn_found *found = found_of(&s);
        peaks += (double)found->peaks;
        wn_found_free(found);
    }
    scene_free(&s);
    return peaks;
}

START_TEST(noise_has_no_more_peaks_than_by_chance)
{
    const double mean[] = {0.01, 0.1, 1, 10}, sigma[] = {4, 4.5, 5.3};
    for (int i = 0; i < 4; i++) {
        for (int k = 0; k < 3; k++) {
            const double chance = 8e6 * 0.5 * erfc(sigma[k] / sqrt(2));
            const double peaks = peaks_in_noise(mean[i], sigma[k], k < 2 ? 1 : 3);
            EXPECT(peaks <= chance + 3 * sqrt(chance), "mean %g, %g sigma: %g peaks, not %g",
                   mean[i], sigma[k], peaks, chance);
        }
    }
}
END_TEST

/* False peaks where a part of the frame has more counts than is known: beyond a line, in a disc.
 * If the quarters about a peak were not looked at there would be about two for each frame. */
static size_t peaks_at_edges(double mean, double factor, bool disc, uint64_t *random)
{
    struct ring_scene s = scene_of(WN_U16, 300, 300, NULL);
    set_background(&s, mean, 0, 1);
    for (size_t i = 0; i < pixels_of(&s); i++) {
        const double x = (double)(i % 300), y = (double)(i / 300);
        const bool inside = disc ? hypot(x - 150, y - 150) < 60 : x > 100 + y / 3;
        s.expected[i] *= inside ? factor : 1;
    }
    draw(&s, 1, 0, random);
    struct found_list list = peaks_of(&s);
    const size_t n = list.peaks;
    wn_found_list_free(&list);
    scene_free(&s);
    return n;
}

START_TEST(edges_of_shadows_have_few_peaks)
{
    const double mean[] = {0.5, 2, 10, 50}, factor[] = {1.5, 2, 3, 5};
    uint64_t random = 11;
    size_t peaks = 0;
    for (int i = 0; i < 32; i++)
        peaks += peaks_at_edges(mean[i / 8], factor[i / 2 % 4], i % 2, &random);
    EXPECT(peaks <= 10, "%zu peaks on 32 frames", peaks);
}
END_TEST

/* Units of floats do not matter. */
START_TEST(floats_may_have_any_unit)
{
    uint64_t random = 12;
    size_t peaks = 0;
    for (int round = 0; round < 40; round++) {
        struct ring_scene s = random_scene(WN_F32, &random);
        struct found_list one = peaks_of(&s);
        const double unit = round % 2 ? 1.0 / 1024 : 1024;
        for (size_t i = 0; i < s.map->cells; i++) {
            s.background.mean[i] *= (float)unit;
            s.background.variance[i] *= (float)(unit * unit);
        }
        for (size_t i = 0; i < pixels_of(&s); i++)
            put(&s, i, unit * unit_value(WN_F32, unit_get(&s.array, s.data, i)));
        struct found_list other = peaks_of(&s);
        ck_assert_uint_eq(one.peaks, other.peaks);
        ck_assert_uint_eq(one.n, other.n);
        for (size_t i = 0; i < one.peaks; i++)
            EXPECT(is_near(one.peak[i].x, other.peak[i].x) &&
                       is_near(one.peak[i].y, other.peak[i].y),
                   "%g, not %g", other.peak[i].x, one.peak[i].x);
        peaks += one.peaks;
        wn_found_list_free(&one);
        wn_found_list_free(&other);
        scene_free(&s);
    }
    EXPECT(peaks > 500, "only %zu peaks", peaks);
}
END_TEST

/* ---- frames that are odd ------------------------------------------------------------------- */

static size_t spots_of_flat_frame(wn_type type, const uint8_t *valid, uint64_t bits)
{
    struct ring_scene s = scene_of(type, 200, 300, valid);
    for (size_t i = 0; i < pixels_of(&s); i++)
        unit_put(&s.array, s.data, i, bits);
    s.finder.params.connected = 1;
    s.finder.saturation = 1;
    wn_found *found = found_of(&s);
    const size_t n = found->n;
    wn_found_free(found);
    scene_free(&s);
    return n;
}

START_TEST(flat_frames_have_no_spots)
{
    uint8_t *none = unit_alloc(200 * 300);
    for (int i = 0; i < 10; i++) {
        const wn_type type = unit_types[i];
        const double value[] = {0, 1, 7, 100, 0.7, 3.3e-5, 1e7 / 3, 1e30 / 7};
        for (int k = 0; k < (unit_is_float(type) ? 8 : 4); k++)
            EXPECT(spots_of_flat_frame(type, NULL, unit_bits(type, value[k])) == 0, "%s %g",
                   wn_type_name(type), value[k]);
        EXPECT(spots_of_flat_frame(type, none, unit_bits(type, 3)) == 0, "%s", wn_type_name(type));
        EXPECT(spots_of_flat_frame(type, NULL, unit_flag(type)) == 0, "%s", wn_type_name(type));
        EXPECT(spots_of_flat_frame(type, NULL, unit_flag(type) - 1) == 0, "%s", wn_type_name(type));
    }
    free(none);
}
END_TEST

START_TEST(a_million_spots_are_found)
{
    const uint32_t size = 3000;
    struct ring_scene s = scene_of(WN_U16, size, size, NULL);
    set_background(&s, 0.1, 0, 1);
    for (uint32_t y = 1; y < size; y += 3)
        for (uint32_t x = 1; x < size; x += 3)
            put(&s, (size_t)y * size + x, 100);
    s.finder.params.connected = 1;
    s.finder.params.patch = 3;
    s.finder.params.significance = 1;
    struct found_list list = peaks_of(&s);
    ck_assert_uint_eq(list.peaks, 1000000);
    ck_assert_uint_eq(list.n, 9000000);
    wn_found_list_free(&list);
    scene_free(&s);
}
END_TEST

UNIT_MAIN(positions_are_not_biased_and_their_variances_hold, noise_has_no_more_peaks_than_by_chance,
          edges_of_shadows_have_few_peaks, floats_may_have_any_unit, flat_frames_have_no_spots,
          a_million_spots_are_found)
