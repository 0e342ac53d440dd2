/* Surfaces over the regions: what the slopes promise, and their formula (plugin/FORMAT.md, 7). */
#include <math.h>
#include <stdlib.h>

#include "background/surface.h"
#include "geometry/map.h"
#include "support/reference.h"
#include "support/unit.h"

static wn_map *rings(int32_t bins)
{
    const wn_params p = {.centre_x = 20300, .centre_y = 31700, .bins = bins};
    wn_map *map = NULL;
    ck_assert_int_eq(wn_map_create(&p, 64, 80, NULL, &map), WN_OK);
    return map;
}

static wn_map *tiles(int32_t edge, uint32_t height, uint32_t width)
{
    const wn_params p = {.bins = edge};
    wn_map *map = NULL;
    ck_assert_int_eq(wn_map_create(&p, height, width, NULL, &map), WN_OK);
    return map;
}

/* Values of one kind or another, so that there are slopes, edges, signs and zeros. */
static double *random_values(const wn_map *map, uint64_t *random)
{
    double *value = unit_alloc(map->regions * sizeof *value);
    const unsigned kind = (unsigned)(unit_random(random) % 5);
    for (size_t i = 0; i < map->regions; i++) {
        const double smooth = 100 * exp(-(double)i / 7) + 1;
        const double any[] = {smooth, smooth + 5 * unit_gauss(random), unit_gauss(random),
                              (double)unit_integer(random, -1, 1),
                              unit_random(random) % 2 ? 1e6 : 1e-6};
        value[i] = any[kind];
    }
    return value;
}

static void expect_surface(const wn_map *map, const double *value)
{
    struct surface s;
    ck_assert_int_eq(wn_surface_make(map, value, &s), WN_OK);
    double *sum = unit_alloc(map->regions * sizeof *sum), *n = unit_alloc(map->regions * sizeof *n);
    for (size_t c = 0; c < map->cells; c++) {
        const size_t r = map->cell_region[c];
        const double v = value[r], at = surface_at(&s, c);
        const double expected = plain_surface(map, value, c);
        EXPECT(fabs(at - expected) <= 1e-14 * (fabs(v) + fabs(expected)),
               "cell %zu of region %zu: %.15g, not %.15g", c, r, at, expected);
        EXPECT(fabs(surface_offset(&s, c) - (at - v)) <= 1e-12 * fabs(v) + 1e-300, "cell %zu", c);
        EXPECT(at * v >= 0 && (v != 0 || at == 0), "cell %zu of region %zu: %g became %g", c, r, v,
               at);
        sum[r] += surface_offset(&s, c);
        n[r]++;
    }
    for (size_t r = 0; r < map->regions; r++)
        EXPECT(fabs(sum[r] / fmax(n[r], 1)) <= 1e-12 * fabs(value[r]) + 1e-300,
               "region %zu: %g became %g", r, value[r], value[r] + sum[r] / n[r]);
    free(sum);
    free(n);
    wn_surface_free(&s);
    ck_assert_ptr_null(s.slope);
}

START_TEST(on_rings)
{
    uint64_t random = 1;
    const int32_t bins[] = {1, 2, 3, 30};
    for (int i = 0; i < 400; i++) {
        wn_map *map = rings(bins[i % 4]);
        double *value = random_values(map, &random);
        expect_surface(map, value);
        free(value);
        wn_map_free(map);
    }
}
END_TEST

START_TEST(on_tiles)
{
    uint64_t random = 2;
    for (int i = 0; i < 600; i++) {
        /* whole cells, so that the mean over the cells is the mean over the pixels */
        const uint32_t height = 4 * (uint32_t)unit_integer(&random, 1, 20);
        const uint32_t width = 4 * (uint32_t)unit_integer(&random, 1, 20);
        wn_map *map = tiles(16, height, width);
        double *value = random_values(map, &random);
        expect_surface(map, value);
        free(value);
        wn_map_free(map);
    }
}
END_TEST

/* Between the middles of its neighbours, a ring's values are between theirs. */
START_TEST(no_overshoot)
{
    uint64_t random = 3;
    for (int i = 0; i < 300; i++) {
        wn_map *map = rings(40);
        double *value = random_values(map, &random);
        struct surface s;
        ck_assert_int_eq(wn_surface_make(map, value, &s), WN_OK);
        for (size_t c = 0; c < map->cells; c++) {
            const size_t r = map->cell_region[c];
            const double slack = 1e-12 * fabs(value[r]);
            if (r == 0 || r == map->regions - 1) {
                EXPECT(fabs(surface_offset(&s, c)) <= fabs(value[r]) / 8 + slack, "cell %zu", c);
                continue;
            }
            const double low = fmin(fmin(value[r - 1], value[r]), value[r + 1]);
            const double high = fmax(fmax(value[r - 1], value[r]), value[r + 1]);
            EXPECT(surface_at(&s, c) >= low - slack && surface_at(&s, c) <= high + slack,
                   "cell %zu: %g is not in %g to %g", c, surface_at(&s, c), low, high);
        }
        wn_surface_free(&s);
        free(value);
        wn_map_free(map);
    }
}
END_TEST

/* A straight line stays one, a step stays a step, a peak stays flat. */
START_TEST(shapes)
{
    wn_map *map = rings(9);
    const double line[9] = {100, 110, 120, 130, 140, 150, 160, 170, 180};
    const double step[9] = {100, 100, 100, 100, 5, 5, 5, 5, 5};
    const double peak[9] = {1, 2, 3, 4, 9, 4, 3, 2, 1};
    struct surface s;
    ck_assert_int_eq(wn_surface_make(map, line, &s), WN_OK);
    for (size_t c = 0; c < map->cells; c++) {
        const double ring = map->cell_region[c] + map->cell_position[c].x;
        EXPECT(fabs(surface_at(&s, c) - (100 + 10 * ring)) < 1e-9, "cell %zu", c);
    }
    wn_surface_free(&s);
    ck_assert_int_eq(wn_surface_make(map, step, &s), WN_OK);
    for (size_t c = 0; c < map->cells; c++) {
        const size_t r = map->cell_region[c];
        EXPECT(fabs(surface_at(&s, c) - step[r]) < 1e-9, "cell %zu", c);
    }
    wn_surface_free(&s);
    ck_assert_int_eq(wn_surface_make(map, peak, &s), WN_OK);
    for (size_t c = 0; c < map->cells; c++)
        EXPECT(map->cell_region[c] != 4 || surface_at(&s, c) == 9, "cell %zu", c);
    wn_surface_free(&s);
    wn_map_free(map);
}
END_TEST

UNIT_MAIN(on_rings, on_tiles, no_overshoot, shapes)
