/* Picking by neighbourhoods against a plain version in double precision, pixel by pixel. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/pick/test_cluster.h"
#include "geometry/map.h"
#include "pick/cluster.h"
#include "stats/count_distribution.h"
#include "support/reference.h"
#include "support/unit.h"

/* ---- the plain version --------------------------------------------------------------------- */

struct plain_cluster {
    const struct cluster_scene *scene;
    const struct cluster_rule *rule;
    ptrdiff_t height, width;
    double *count, *expected; /* [height * width], 0 for flagged pixels */
    bool *flagged;
};

static bool plain_flagged(const struct cluster_scene *s, size_t pixel)
{
    const double value = unit_value(s->array.type, unit_get(&s->array, s->frame, pixel));
    return value < 0 || value == unit_value(s->array.type, unit_flag(s->array.type)) ||
           (s->valid && !s->valid[pixel]);
}

static double plain_dispersion(const struct plain_cluster *p, size_t pixel)
{
    const wn_map *map = p->scene->map;
    return fmax(p->scene->dispersion[map->cell_region[map->cell[pixel]]], 0.25);
}

/* The level of the tile in this column and row of tiles; `before` is that of the last pass, 0 in
 * the first one. */
static double plain_level(const struct plain_cluster *p, ptrdiff_t column, ptrdiff_t row,
                          const double *before, ptrdiff_t across)
{
    double counted = 0, expected = 0, pixels = 0;
    for (ptrdiff_t y = 0; y < p->height; y += 4) {
        for (ptrdiff_t x = 0; x < p->width; x++) {
            const size_t i = (size_t)(y * p->width + x);
            const double mean = p->expected[i];
            if (llabs(x / 64 - column) > 1 || llabs(y / 64 - row) > 1 || mean <= 0)
                continue;
            const double level = before ? before[y / 64 * across + x / 64] : 1;
            const double sigma = sqrt(mean * level * plain_dispersion(p, i));
            counted += fmin(p->count[i], mean * (before ? level : 2) + 4 * sigma + 1);
            expected += mean;
            pixels++;
        }
    }
    return pixels < 256 || expected < 64 ? 1 : fmin(fmax(counted / expected, 0.05), 20);
}

static double *plain_levels(const struct plain_cluster *p, const double *before)
{
    const ptrdiff_t across = (p->width + 63) / 64, down = (p->height + 63) / 64;
    double *level = unit_alloc((size_t)(across * down) * sizeof *level);
    for (ptrdiff_t i = 0; i < across * down; i++)
        level[i] = plain_level(p, i % across, i / across, before, across);
    return level;
}

/* Position of a pixel between the middles of tiles. */
static double tile_position(ptrdiff_t pixel, ptrdiff_t tiles)
{
    return fmin(fmax(((double)pixel + 0.5) / 64 - 0.5, 0), (double)(tiles - 1));
}

static double level_at(const double *level, ptrdiff_t across, ptrdiff_t down, ptrdiff_t x,
                       ptrdiff_t y)
{
    const double px = tile_position(x, across), py = tile_position(y, down);
    double sum = 0;
    for (ptrdiff_t j = 0; j < down; j++) {
        for (ptrdiff_t i = 0; i < across; i++)
            sum += level[j * across + i] * fmax(1 - fabs(px - (double)i), 0) *
                   fmax(1 - fabs(py - (double)j), 0);
    }
    return sum;
}

static struct plain_cluster plain_of(const struct cluster_scene *s, const struct cluster_rule *rule)
{
    const size_t pixels = (size_t)s->array.height * s->array.width;
    struct plain_cluster p = {.scene = s,
                              .rule = rule,
                              .height = s->array.height,
                              .width = s->array.width,
                              .count = unit_alloc(pixels * sizeof *p.count),
                              .expected = unit_alloc(pixels * sizeof *p.expected),
                              .flagged = unit_alloc(pixels)};
    for (size_t i = 0; i < pixels; i++) {
        p.flagged[i] = plain_flagged(s, i);
        if (p.flagged[i])
            continue;
        p.count[i] = unit_value(s->array.type, unit_get(&s->array, s->frame, i));
        p.expected[i] = s->mean[s->map->cell[i]];
    }
    double *first = plain_levels(&p, NULL), *level = plain_levels(&p, first);
    const ptrdiff_t across = (p.width + 63) / 64, down = (p.height + 63) / 64;
    for (ptrdiff_t i = 0; i < p.width * p.height; i++)
        p.expected[i] *= level_at(level, across, down, i % p.width, i / p.width);
    free(first);
    free(level);
    return p;
}

static void plain_free(struct plain_cluster *p)
{
    free(p->count);
    free(p->expected);
    free(p->flagged);
}

/* The weight of the filter at this distance along one axis. */
static double plain_weight(double width, ptrdiff_t distance)
{
    const ptrdiff_t radius = width > 0 ? (ptrdiff_t)ceil(3 * width) : 1;
    double sum = 0, sum2 = 0, own = 0;
    for (ptrdiff_t i = -radius; i <= radius; i++) {
        const double w = width > 0 ? exp(-0.5 * (double)(i * i) / (width * width)) : 1;
        sum += w;
        sum2 += w * w;
        own = i == distance ? w : own;
    }
    return own * sum / sum2;
}

static double plain_filtered(const struct plain_cluster *p, const double *value, ptrdiff_t x,
                             ptrdiff_t y)
{
    const double width = p->rule->width;
    const ptrdiff_t radius = width > 0 ? (ptrdiff_t)ceil(3 * width) : 1;
    double weight[32], sum = 0;
    for (ptrdiff_t i = 0; i <= 2 * radius; i++)
        weight[i] = plain_weight(width, i - radius);
    for (ptrdiff_t j = -radius; j <= radius; j++) {
        for (ptrdiff_t i = -radius; i <= radius; i++) {
            if (x + i >= 0 && x + i < p->width && y + j >= 0 && y + j < p->height)
                sum += weight[i + radius] * weight[j + radius] * value[(y + j) * p->width + x + i];
        }
    }
    return sum;
}

enum cluster_verdict { NO, UNCLEAR, YES };

static bool above(double count, double expected, double dispersion, double sigma)
{
    const double quantile = wn_count_quantile(expected, 1, sigma);
    return count > expected && count > expected + (quantile + 0.5 - expected) * sqrt(dispersion);
}

/* Unclear is what rounding in single precision may decide, and for large counts the approximation
 * of the quantile. */
static enum cluster_verdict plain_verdict(double count, double expected, double dispersion,
                                          double sigma)
{
    const double slack = 1e-5 * expected + (count >= 100 ? 0.1 : 0), more = 1e-6 * count;
    if (count + more <= expected - slack)
        return NO;
    if (!above(count + more, expected - slack, dispersion, sigma))
        return NO;
    return above(count - more, expected + slack, dispersion, sigma) ? YES : UNCLEAR;
}

/* Raise what is known of the squares within `reach` of a pixel. */
static void plain_keep(const struct plain_cluster *p, ptrdiff_t x, ptrdiff_t y, ptrdiff_t reach,
                       enum cluster_verdict verdict, uint8_t *square)
{
    const ptrdiff_t grain = p->rule->grain, across = (p->width + grain - 1) / grain;
    for (ptrdiff_t j = y - reach; j <= y + reach; j++) {
        for (ptrdiff_t i = x - reach; i <= x + reach; i++) {
            if (i < 0 || i >= p->width || j < 0 || j >= p->height)
                continue;
            uint8_t *known = &square[j / grain * across + i / grain];
            if (*known < verdict)
                *known = (uint8_t)verdict;
        }
    }
}

/* A verdict on each square. */
static uint8_t *plain_find(const struct cluster_scene *s, const struct cluster_rule *rule)
{
    struct plain_cluster p = plain_of(s, rule);
    uint8_t *square = unit_alloc(squares_of(s, rule->grain));
    for (ptrdiff_t y = 0; y < p.height; y++) {
        for (ptrdiff_t x = 0; x < p.width; x++) {
            const size_t i = (size_t)(y * p.width + x);
            if (p.flagged[i])
                continue;
            const double dispersion = plain_dispersion(&p, i);
            const double count = plain_filtered(&p, p.count, x, y);
            const double expected = plain_filtered(&p, p.expected, x, y);
            plain_keep(&p, x, y, rule->halo, plain_verdict(count, expected, dispersion, rule->seed),
                       square);
            plain_keep(&p, x, y, 0,
                       plain_verdict(p.count[i], p.expected[i], dispersion, rule->single), square);
        }
    }
    plain_free(&p);
    return square;
}

/* ---- agreement ----------------------------------------------------------------------------- */

/* Squares that were compared, those among them that were kept, and those that rounding decides. */
struct cluster_tally {
    size_t n, kept, unclear;
};

static void expect_agreement(const struct cluster_scene *s, const struct cluster_rule *rule,
                             struct cluster_tally *tally)
{
    uint8_t *expected = plain_find(s, rule);
    const size_t n = squares_of(s, rule->grain);
    for (int threads = 1; threads <= 4; threads += 3) {
        uint8_t *found = find(s, rule, threads);
        for (size_t i = 0; i < n; i++) {
            EXPECT(found[i] <= 1, "square %zu: %d", i, found[i]);
            EXPECT(expected[i] == UNCLEAR || found[i] == (expected[i] == YES),
                   "%u x %u, width %g, halo %d, grain %d, %d threads, square %zu: %d",
                   (unsigned)s->array.width, (unsigned)s->array.height, rule->width, rule->halo,
                   rule->grain, threads, i, found[i]);
        }
        free(found);
    }
    for (size_t i = 0; i < n; i++) {
        tally->kept += expected[i] == YES;
        tally->unclear += expected[i] == UNCLEAR;
    }
    tally->n += n;
    free(expected);
}

static uint8_t *random_mask(uint64_t *random, size_t pixels)
{
    if (unit_random(random) % 2)
        return NULL;
    uint8_t *valid = unit_alloc(pixels);
    for (size_t i = 0; i < pixels; i++)
        valid[i] = unit_random(random) % 8 != 0;
    return valid;
}

/* Means that differ from cell to cell, a level that changes over the frame, some spots. */
static struct cluster_scene random_scene(uint64_t *random, uint32_t height, uint32_t width,
                                         double mean)
{
    const wn_type types[] = {WN_U8, WN_U16, WN_U32, WN_I32, WN_U64};
    const double dispersions[] = {0.1, 0.6, 1, 1, 1.7};
    const size_t pixels = (size_t)height * width;
    const wn_params rings = {.centre_x = 500 * (int32_t)width + 300, .centre_y = 10000};
    const wn_params tiles = {.bins = 16};
    struct cluster_scene s =
        scene_of(types[unit_random(random) % 5], height, width,
                 unit_random(random) % 2 ? &rings : &tiles, random_mask(random, pixels));
    for (size_t i = 0; i < s.map->cells; i++)
        s.mean[i] = (float)(mean * (0.8 + 0.4 * unit_uniform(random)));
    for (size_t i = 0; i < s.map->regions; i++)
        s.dispersion[i] = dispersions[unit_random(random) % 5];
    const double highest = unit_value(s.array.type, unit_flag(s.array.type)) - 1;
    for (size_t i = 0; i < pixels; i++) {
        const double level = 0.5 + (double)(i % width) / width;
        double count = unit_poisson(random, level * s.mean[s.map->cell[i]]);
        if (unit_random(random) % 200 == 0)
            count += (double)unit_integer(random, 1, 30);
        unit_put(&s.array, s.frame, i, unit_bits(s.array.type, fmin(count, highest)));
        if (unit_random(random) % 60 == 0)
            unit_put(&s.array, s.frame, i, unit_flag(s.array.type));
    }
    return s;
}

static struct cluster_rule random_rule(uint64_t *random)
{
    const double widths[] = {0, 0, 0.8, 1.3, 0.2};
    const int grains[] = {1, 2, 3, 8};
    return (struct cluster_rule){.seed = 2 + 2 * unit_uniform(random),
                                 .single = 4 + unit_uniform(random),
                                 .width = widths[unit_random(random) % 5],
                                 .halo = (int)unit_integer(random, 0, 3),
                                 .grain = grains[unit_random(random) % 4]};
}

START_TEST(agrees_on_small_frames)
{
    const uint32_t sizes[][2] = {{1, 1}, {1, 50}, {50, 1}, {3, 3}, {2, 7}, {37, 70}};
    uint64_t random = 1;
    struct cluster_tally tally = {0};
    for (size_t i = 0; i < 240; i++) {
        const uint32_t *size = sizes[i % 6];
        struct cluster_scene s = random_scene(&random, size[0], size[1], means[i / 6 % 4]);
        const struct cluster_rule rule = random_rule(&random);
        expect_agreement(&s, &rule, &tally);
        scene_free(&s);
    }
    EXPECT(tally.kept > tally.n / 20 && tally.kept < tally.n / 2, "%zu of %zu", tally.kept,
           tally.n);
    EXPECT(tally.unclear < tally.n / 100, "%zu of %zu", tally.unclear, tally.n);
}
END_TEST

/* With levels, and several strips and blocks. */
START_TEST(agrees_on_large_frames)
{
    const uint32_t sizes[][2] = {{130, 200}, {600, 70}, {61, 1100}};
    uint64_t random = 2;
    struct cluster_tally tally = {0};
    for (size_t i = 0; i < 12; i++) {
        const uint32_t *size = sizes[i % 3];
        struct cluster_scene s = random_scene(&random, size[0], size[1], means[i / 3]);
        const struct cluster_rule rule = random_rule(&random);
        expect_agreement(&s, &rule, &tally);
        scene_free(&s);
    }
    EXPECT(tally.kept > tally.n / 20 && tally.kept < tally.n / 2, "%zu of %zu", tally.kept,
           tally.n);
    EXPECT(tally.unclear < tally.n / 100, "%zu of %zu", tally.unclear, tally.n);
}
END_TEST

START_TEST(threads_agree)
{
    struct cluster_scene s = flat_scene(700, 600, 2.4, 2, 3);
    const struct cluster_rule rule = {2, 4, 1.3, 9, 3};
    uint8_t *one = find(&s, &rule, 1);
    for (int threads = 2; threads < 9; threads++) {
        uint8_t *found = find(&s, &rule, threads);
        ck_assert_mem_eq(found, one, squares_of(&s, rule.grain));
        free(found);
    }
    free(one);
    scene_free(&s);
}
END_TEST

UNIT_MAIN(agrees_on_small_frames, agrees_on_large_frames, threads_agree)
