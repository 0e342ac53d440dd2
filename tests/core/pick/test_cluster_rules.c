/* Picking by neighbourhoods, by what it promises: halo, weak spots, noise, uneven background,
 * thresholds, refusals. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/pick/test_cluster.h"
#include "pick/cluster.h"
#include "stats/count_distribution.h"
#include "stats/poisson_threshold.h"
#include "support/reference.h"
#include "support/unit.h"

/* ---- frames -------------------------------------------------------------------------------- */

static size_t kept_of(const struct cluster_scene *s, const struct cluster_rule *rule)
{
    uint8_t *square = find(s, rule, 2);
    size_t kept = 0;
    for (size_t i = 0; i < squares_of(s, rule->grain); i++)
        kept += square[i];
    free(square);
    return kept;
}

/* ---- what is kept -------------------------------------------------------------------------- */

/* The largest count in the middle of nothing: the filter reaches one pixel, the halo two more. */
START_TEST(halo_is_as_wide_as_it_says)
{
    for (int grain = 1; grain <= 8; grain++) {
        struct cluster_scene s = flat_scene(40, 50, 0, 1, 4);
        unit_put(&s.array, s.frame, 20 * 50 + 30, UINT32_MAX - 1);
        const struct cluster_rule rule = {3, 5, 0, 2, grain};
        uint8_t *found = find(&s, &rule, 1);
        const int across = (50 + grain - 1) / grain, down = (40 + grain - 1) / grain;
        for (int y = 0; y < down; y++) {
            for (int x = 0; x < across; x++) {
                const bool inside =
                    x >= 27 / grain && x <= 33 / grain && y >= 17 / grain && y <= 23 / grain;
                EXPECT(found[y * across + x] == inside, "grain %d, square %d, %d", grain, x, y);
            }
        }
        free(found);
        scene_free(&s);
    }
}
END_TEST

/* 12 counts of a spot on 0.3 per pixel, which no pixel of it tells. */
START_TEST(weak_spot_is_kept)
{
    const uint32_t spot[3][3] = {{1, 1, 1}, {1, 3, 2}, {1, 1, 1}};
    struct cluster_scene s = flat_scene(64, 64, 0.3, 1, 5);
    const double quantile = wn_count_quantile(0.3, 1, 5);
    for (size_t i = 0; i < 9; i++) {
        const size_t pixel = (30 + i / 3) * 64 + 40 + i % 3;
        const uint64_t count = unit_get(&s.array, s.frame, pixel) + spot[i / 3][i % 3];
        ck_assert((double)count <= quantile);
        unit_put(&s.array, s.frame, pixel, count);
    }
    const struct cluster_rule rule = {3, 5, 0, 1, 1}, sharp = {3, 5, 0.8, 1, 1};
    uint8_t *found = find(&s, &rule, 1), *found_sharp = find(&s, &sharp, 1);
    for (size_t i = 0; i < 9; i++) {
        const size_t pixel = (30 + i / 3) * 64 + 40 + i % 3;
        EXPECT(found[pixel] && found_sharp[pixel], "pixel %zu of the spot", i);
    }
    free(found);
    free(found_sharp);
    scene_free(&s);
}
END_TEST

/* No more seeds in mere noise than the sigma says. */
START_TEST(noise_is_not_kept)
{
    for (int i = 0; i < 8; i++) {
        const double mean = i & 1 ? 2.4 : 0.3;
        const struct cluster_rule rule = {
            .seed = i & 2 ? 4 : 3, .single = 10, .width = i & 4 ? 1 : 0, .grain = 1};
        struct cluster_scene s = flat_scene(1000, 1000, mean, 1, 6 + (uint64_t)i);
        const double rate = (double)kept_of(&s, &rule) / 1e6, stated = plain_tail(rule.seed);
        EXPECT(rate < 2 * stated && rate > stated / 10, "mean %g, seed %g, width %g: %g, not %g",
               mean, rule.seed, rule.width, rate, stated);
        scene_free(&s);
    }
}
END_TEST

/* A level that the means do not know keeps little more. */
START_TEST(uneven_level_is_followed)
{
    const struct cluster_rule rule = {3, 5, 0, 2, 2};
    for (size_t i = 1; i < 4; i++) {
        struct cluster_scene flat = flat_scene(512, 1024, means[i], 1, 20);
        struct cluster_scene uneven = flat_scene(512, 1024, means[i], 2, 21);
        const size_t of_flat = kept_of(&flat, &rule), of_uneven = kept_of(&uneven, &rule);
        EXPECT((double)of_uneven < 1.5 * (double)of_flat, "mean %g: %zu, not %zu", means[i],
               of_uneven, of_flat);
        scene_free(&flat);
        scene_free(&uneven);
    }
}
END_TEST

/* ---- thresholds ---------------------------------------------------------------------------- */

START_TEST(critical_means_are_where_quantiles_rise)
{
    for (double sigma = 1; sigma <= 5; sigma += 0.5) {
        struct poisson_threshold c;
        wn_poisson_threshold_make(sigma, &c);
        for (int n = 1; n < 600; n++) {
            const double mean = wn_poisson_threshold_mean(&c, n);
            const double slack = n < POISSON_THRESHOLD_COUNTS ? 1e-6 * mean : 0.1;
            const double below = wn_count_quantile(mean - slack, 1, sigma);
            const double after = wn_count_quantile(mean + slack, 1, sigma);
            EXPECT(below < n && after >= n, "%g sigma, count %d: mean %g, quantiles %g, %g", sigma,
                   n, mean, below, after);
        }
    }
}
END_TEST

/* The quick look at pixels must not lose any. */
START_TEST(quick_look_finds_all_that_stand_out)
{
    uint64_t random = 9;
    for (int i = 0; i < 300; i++) {
        struct poisson_threshold c;
        wn_poisson_threshold_make(1 + 29 * unit_uniform(&random) * unit_uniform(&random), &c);
        for (int k = 0; k < 2000; k++) {
            const double expected = exp(-16 + 26 * unit_uniform(&random));
            const double dispersion = 0.25 + 3 * unit_uniform(&random) * unit_uniform(&random);
            const double reach = 3 * c.sigma * unit_uniform(&random);
            double count = expected + reach * sqrt(expected * dispersion);
            if (k % 2)
                count = floor(count) + 1;
            const double excess = count - expected;
            const double least = c.factor * expected * dispersion;
            EXPECT(excess * excess > least || !wn_is_significant(&c, count, expected, dispersion),
                   "%g sigma: count %g, expected %g, dispersion %g", c.sigma, count, expected,
                   dispersion);
        }
    }
}
END_TEST

/* ---- refusals ------------------------------------------------------------------------------ */

START_TEST(rules_out_of_range_are_refused)
{
    const struct cluster_rule good = {3, 5, 0, 2, 2};
    const struct cluster_rule bad[] = {{0.9, 5, 0, 2, 2},  {31, 5, 0, 2, 2},   {NAN, 5, 0, 2, 2},
                                       {3, 0.9, 0, 2, 2},  {3, 31, 0, 2, 2},   {3, NAN, 0, 2, 2},
                                       {3, 5, -0.1, 2, 2}, {3, 5, 9.91, 2, 2}, {3, 5, NAN, 2, 2},
                                       {3, 5, 0, -1, 2},   {3, 5, 0, 10, 2},   {3, 5, 0, 2, 0},
                                       {3, 5, 0, 2, 9}};
    struct cluster_scene s = flat_scene(9, 9, 1, 1, 10);
    const wn_params no_dummy = {0};
    struct pixels pixels = wn_pixels_of_frame(&s.array, s.frame, s.map->valid, &no_dummy);
    uint8_t square[81];
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        EXPECT(wn_cluster_find(s.map, &pixels, s.mean, s.dispersion, &bad[i], 1, square) ==
                   WN_ERR_ARGUMENT,
               "rule %zu", i);
    ck_assert_int_eq(wn_cluster_find(s.map, &pixels, s.mean, s.dispersion, &good, 0, square),
                     WN_ERR_ARGUMENT);
    ck_assert_int_eq(wn_cluster_find(s.map, &pixels, s.mean, s.dispersion, &good, 1, square),
                     WN_OK);
    pixels.type = WN_F32;
    ck_assert_int_eq(wn_cluster_find(s.map, &pixels, s.mean, s.dispersion, &good, 1, square),
                     WN_ERR_ARGUMENT);
    scene_free(&s);
}
END_TEST

UNIT_MAIN(halo_is_as_wide_as_it_says, weak_spot_is_kept, noise_is_not_kept,
          uneven_level_is_followed, critical_means_are_where_quantiles_rise,
          quick_look_finds_all_that_stand_out, rules_out_of_range_are_refused)
