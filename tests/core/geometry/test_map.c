/* Maps against the plain definition of rings and tiles. */
#include <math.h>
#include <stdlib.h>

#include "geometry/map.h"
#include "support/reference.h"
#include "support/unit.h"

/* Pixels so close to the edge of a ring, in rings, may fall on either side by rounding. */
#define EDGE 1e-7

static wn_map *make_map(const wn_params *p, uint32_t height, uint32_t width, const uint8_t *valid)
{
    wn_map *map = NULL;
    ck_assert_int_eq(wn_map_create(p, height, width, valid, &map), WN_OK);
    ck_assert_ptr_nonnull(map);
    return map;
}

/* ---- what holds for every map -------------------------------------------------------------- */

/* Every pixel is in one cell, every cell in one region, and the cells know how many they have. */
static void expect_partition(const wn_map *map)
{
    const size_t pixels = (size_t)map->height * map->width;
    uint32_t *found = unit_alloc(map->cells * sizeof *found);
    ck_assert_uint_le(map->cells, 65536);
    ck_assert_uint_eq(map->regions, wn_map_regions(map));
    for (size_t p = 0; p < pixels; p++) {
        EXPECT(map->cell[p] < map->cells, "pixel %zu", p);
        EXPECT(wn_map_region_of(map, p) < map->regions, "pixel %zu", p);
        EXPECT(wn_map_region_of(map, p) == map->cell_region[map->cell[p]], "pixel %zu", p);
        found[map->cell[p]]++;
    }
    for (size_t c = 0; c < map->cells; c++) {
        EXPECT(found[c] == map->cell_pixels[c], "cell %zu", c);
        EXPECT(map->cell_region[c] < map->regions, "cell %zu", c);
    }
    free(found);
    ck_assert_uint_ge(wn_map_memory(map), pixels * sizeof *map->cell);
}

/* ---- rings --------------------------------------------------------------------------------- */

static void expect_rings(const wn_params *p, uint32_t height, uint32_t width, const uint8_t *valid)
{
    wn_map *map = make_map(p, height, width, valid);
    const struct plain_geometry g = plain_geometry_of(p);
    const struct plain_rings rings = plain_rings_of(p, height, width, valid);
    expect_partition(map);
    ck_assert_uint_eq(map->regions, rings.n);
    size_t unclear = 0;
    const uint32_t steps = p->solid_angle || p->polarised ? 2 : 8;
    ck_assert_double_eq_tol(map->step_width, 1.0 / steps, 1e-15);
    for (size_t i = 0; i < (size_t)height * width; i++) {
        const double x = (double)(i % width), y = (double)(i / width);
        const double ring = plain_ring(&rings, plain_pixel_at(&g, x, y).radius);
        const size_t region = wn_map_region_of(map, i);
        /* pixels that are not valid may be outside, and go to the nearest ring */
        const double inside = fmin(fmax(ring, 1e-3 / steps), rings.n - 1e-3 / steps);
        if (fabs(inside * steps - nearbyint(inside * steps)) < EDGE) {
            unclear++;
            continue;
        }
        EXPECT(region == (size_t)inside, "pixel %zu: ring %zu, not %g", i, region, inside);
        /* and in the right part of it */
        const double place = inside - floor(inside) - 0.5;
        EXPECT(fabs(map->cell_position[map->cell[i]].x - place) <= 0.5 / steps + EDGE,
               "pixel %zu: place %g, not %g", i, map->cell_position[map->cell[i]].x, place);
        EXPECT(fabs(wn_map_ring_position(map, i) - fmin(fmax(ring - 0.5, 0), rings.n - 1.0)) < EDGE,
               "pixel %zu", i);
    }
    /* exact coincidences are common where the beam centre is at a whole pixel, but no more */
    ck_assert_uint_le(unclear, ((size_t)height * width) / 20 + 16);
    for (size_t i = 0; i < map->regions; i++) {
        const double middle = rings.low + ((double)i + 0.5) * rings.width;
        EXPECT(fabs(wn_map_radius(map, i) - middle) < 1e-9 * (1 + middle), "ring %zu", i);
    }
    /* positions within a ring average to 0 */
    double *sum = unit_alloc(map->regions * sizeof *sum);
    for (size_t c = 0; c < map->cells; c++) {
        sum[map->cell_region[c]] += map->cell_position[c].x;
        EXPECT(map->cell_position[c].y == 0, "cell %zu", c);
    }
    for (size_t i = 0; i < map->regions; i++)
        EXPECT(fabs(sum[i]) < 1e-12, "ring %zu: %g", i, sum[i]);
    free(sum);
    wn_map_free(map);
}

START_TEST(rings_of_default_width)
{
    const wn_params p = {.centre_x = 70123, .centre_y = 40456};
    expect_rings(&p, 100, 130, NULL);
    const wn_params outside = {.centre_x = -250500, .centre_y = 40456};
    expect_rings(&outside, 100, 130, NULL);
    const wn_params whole = {.centre_x = 64000, .centre_y = 50000};
    expect_rings(&whole, 100, 130, NULL);
}
END_TEST

START_TEST(rings_of_given_number)
{
    const int32_t bins[] = {1, 2, 3, 17, 400, 8191};
    for (size_t i = 0; i < sizeof bins / sizeof bins[0]; i++) {
        const wn_params p = {.centre_x = 70123, .centre_y = 40456, .bins = bins[i]};
        expect_rings(&p, 100, 130, NULL);
    }
}
END_TEST

START_TEST(rings_of_random_geometries)
{
    uint64_t random = 11;
    for (int i = 0; i < 60; i++) {
        wn_params p = {
            .model = WN_MODEL_RADIAL,
            .centre_x = (int32_t)unit_integer(&random, -50000, 250000),
            .centre_y = (int32_t)unit_integer(&random, -50000, 250000),
            .distance = (int32_t)unit_integer(&random, 100000, 5000000),
            .aspect = i % 3 == 0 ? (int32_t)unit_integer(&random, 300000, 3000000) : 0,
            .bins = i % 4 == 0 ? 0 : (int32_t)unit_integer(&random, 1, 500),
        };
        if (i % 2) {
            p.rot1 = (int32_t)unit_integer(&random, -800000, 800000);
            p.rot2 = (int32_t)unit_integer(&random, -800000, 800000);
        }
        expect_rings(&p, (uint32_t)unit_integer(&random, 20, 200),
                     (uint32_t)unit_integer(&random, 20, 200), NULL);
    }
}
END_TEST

/* An annulus of valid pixels: the rings span it and nothing else. */
START_TEST(rings_span_the_valid_pixels)
{
    const wn_params p = {.centre_x = 70123, .centre_y = 40456, .bins = 20};
    const struct plain_geometry g = plain_geometry_of(&p);
    uint8_t *valid = unit_alloc(130 * 100);
    for (uint32_t i = 0; i < 130 * 100; i++) {
        const double radius = plain_pixel_at(&g, i % 130, i / 130).radius;
        valid[i] = radius > 12 && radius < 33;
    }
    expect_rings(&p, 100, 130, valid);
    wn_map *map = make_map(&p, 100, 130, valid);
    ck_assert_double_gt(wn_map_radius(map, 0), 12);
    ck_assert_double_lt(wn_map_radius(map, 19), 33);
    /* the map keeps a copy of the mask */
    for (uint32_t i = 0; i < 130 * 100; i++)
        EXPECT(map->valid[i] == valid[i], "pixel %u", (unsigned)i);
    wn_map_free(map);
    free(valid);
}
END_TEST

START_TEST(no_valid_pixel)
{
    const wn_params rings = {.centre_x = 5000, .centre_y = 4000}, tiles = {0};
    uint8_t *valid = unit_alloc(8 * 9);
    wn_map *map = make_map(&rings, 8, 9, valid);
    expect_partition(map);
    wn_map_free(map);
    map = make_map(&tiles, 8, 9, valid);
    expect_partition(map);
    wn_map_free(map);
    free(valid);
}
END_TEST

/* ---- norm ---------------------------------------------------------------------------------- */

START_TEST(classes_of_norm)
{
    const wn_params p = {.centre_x = 30000,
                         .centre_y = 90000,
                         .distance = 120000,
                         .rot1 = 150000,
                         .rot2 = -50000,
                         .solid_angle = true,
                         .polarised = true,
                         .polarisation = 950};
    const struct plain_geometry g = plain_geometry_of(&p);
    const uint32_t height = 160, width = 140;
    expect_rings(&p, height, width, NULL);
    wn_map *map = make_map(&p, height, width, NULL);
    double lowest = 2, highest = 0;
    for (size_t i = 0; i < (size_t)height * width; i++) {
        const struct plain_pixel pixel =
            plain_pixel_at(&g, (double)(i % width), (double)(i / width));
        const double norm = plain_solid_angle(&pixel) * plain_polarisation(&pixel, 0.95);
        const size_t cell = map->cell[i];
        EXPECT(fabs(map->norm[i] - norm) < 1e-7, "pixel %zu: %g, not %g", i, map->norm[i], norm);
        EXPECT(norm > map->cell_norm_min[cell] - 1e-6 && norm < map->cell_norm_max[cell] + 1e-6,
               "pixel %zu: %g is not in %g to %g", i, norm, map->cell_norm_min[cell],
               map->cell_norm_max[cell]);
        lowest = fmin(lowest, norm);
        highest = fmax(highest, norm);
    }
    ck_assert_double_gt(highest / lowest, 1.3); /* the values do differ */
    for (size_t c = 0; c < map->cells; c++) {
        const double middle = 0.5 * (map->cell_norm_min[c] + map->cell_norm_max[c]);
        EXPECT(fabs(map->cell_norm[c] - middle) < 1e-12, "cell %zu", c);
        /* 16 classes share what a step spans */
        const size_t first = c - c % 16;
        const double span = map->cell_norm_max[first + 15] - map->cell_norm_min[first];
        EXPECT(fabs(map->cell_norm_max[c] - map->cell_norm_min[c] - span / 16) < 1e-12, "cell %zu",
               c);
    }
    wn_map_free(map);
}
END_TEST

START_TEST(norm_is_1_without_normalisation)
{
    const wn_params p = {.centre_x = 30000, .centre_y = 20000, .distance = 120000};
    wn_map *map = make_map(&p, 50, 60, NULL);
    ck_assert_ptr_null(map->norm);
    for (size_t c = 0; c < map->cells; c++)
        EXPECT(map->cell_norm[c] == 1 && map->cell_norm_min[c] == 1 && map->cell_norm_max[c] == 1,
               "cell %zu", c);
    wn_map_free(map);
}
END_TEST

/* ---- tiles --------------------------------------------------------------------------------- */

/* Tiles along an axis: a remainder of less than half a tile goes to the last one. */
static uint32_t plain_tiles(uint32_t n, uint32_t edge)
{
    uint32_t tiles = n / edge;
    if (n % edge >= (edge + 1) / 2)
        tiles++;
    return tiles == 0 ? 1 : tiles;
}

static void expect_tiles(uint32_t height, uint32_t width, int32_t bins)
{
    const wn_params p = {.bins = bins};
    const uint32_t edge = bins > 0 ? (uint32_t)bins : 64;
    const uint32_t across = plain_tiles(width, edge), down = plain_tiles(height, edge);
    wn_map *map = make_map(&p, height, width, NULL);
    expect_partition(map);
    ck_assert_uint_eq(map->regions, (size_t)across * down);
    ck_assert(isnan(wn_map_radius(map, 0)));
    struct map_sums {
        double n, x, y, place_x, place_y;
    } *cell = unit_alloc(map->cells * sizeof *cell),
      *tile = unit_alloc(map->regions * sizeof *tile);
    for (size_t i = 0; i < (size_t)height * width; i++) {
        const uint32_t x = (uint32_t)(i % width), y = (uint32_t)(i / width);
        const uint32_t tile_x = x / edge < across ? x / edge : across - 1;
        const uint32_t tile_y = y / edge < down ? y / edge : down - 1;
        const size_t region = wn_map_region_of(map, i);
        EXPECT(region == (size_t)tile_y * across + tile_x, "pixel %u %u", x, y);
        struct map_sums *both[] = {&cell[map->cell[i]], &tile[region]};
        for (int k = 0; k < 2; k++) {
            both[k]->n++;
            both[k]->x += x;
            both[k]->y += y;
            both[k]->place_x += map->cell_position[map->cell[i]].x;
            both[k]->place_y += map->cell_position[map->cell[i]].y;
        }
    }
    const uint32_t step = edge / 4;
    for (size_t c = 0; c < map->cells; c++) {
        EXPECT(cell[c].n > 0 && cell[c].n <= (double)step * step, "cell %zu", c);
        const struct map_sums *t = &tile[map->cell_region[c]];
        /* whole cells: the position is the middle of the pixels */
        if (width % step == 0)
            EXPECT(fabs((cell[c].x / cell[c].n - t->x / t->n) / edge - map->cell_position[c].x) <
                       1e-9,
                   "cell %zu", c);
        if (height % step == 0)
            EXPECT(fabs((cell[c].y / cell[c].n - t->y / t->n) / edge - map->cell_position[c].y) <
                       1e-9,
                   "cell %zu", c);
    }
    for (size_t i = 0; i < map->regions; i++) {
        EXPECT(tile[i].n > 0, "tile %zu", i);
        if (width % step == 0)
            EXPECT(fabs(tile[i].place_x / tile[i].n) < 1e-9, "tile %zu", i);
        if (height % step == 0)
            EXPECT(fabs(tile[i].place_y / tile[i].n) < 1e-9, "tile %zu", i);
    }
    free(cell);
    free(tile);
    wn_map_free(map);
}

START_TEST(tiles_of_frames)
{
    const uint32_t size[] = {1, 3, 4, 15, 16, 31, 32, 33, 63, 64, 95, 96, 97, 128, 160, 200, 256};
    const int32_t bins[] = {0, 4, 8, 20, 64, 100, 256, 8188};
    for (size_t i = 0; i < sizeof size / sizeof size[0]; i++) {
        for (size_t k = 0; k < sizeof bins / sizeof bins[0]; k++) {
            expect_tiles(size[i], size[(3 * i + 5 * k) % 17], bins[k]);
            expect_tiles(size[(7 * i + k) % 17], size[i], bins[k]);
        }
    }
}
END_TEST

/* ---- limits -------------------------------------------------------------------------------- */

static wn_status try_map(const wn_params *p, uint32_t height, uint32_t width)
{
    wn_map *const before = (wn_map *)(void *)&height; /* anything, to see that it is left alone */
    wn_map *map = before;
    const wn_status status = wn_map_create(p, height, width, NULL, &map);
    if (status == WN_OK)
        wn_map_free(map);
    else
        ck_assert_ptr_eq(map, before);
    return status;
}

START_TEST(at_most_65536_cells)
{
    wn_params p = {.bins = 4};
    ck_assert_int_eq(try_map(&p, 256, 256), WN_OK);
    ck_assert_int_eq(try_map(&p, 256, 257), WN_ERR_SHAPE);
    ck_assert_int_eq(try_map(&p, 257, 256), WN_ERR_SHAPE);
    ck_assert_int_eq(try_map(&p, 1, 65536), WN_OK);
    ck_assert_int_eq(try_map(&p, 1, 65537), WN_ERR_SHAPE);

    wn_params rings = {.centre_x = 1000, .bins = 8191};
    ck_assert_int_eq(try_map(&rings, 30, 30), WN_OK);
    rings.bins = 8192;
    ck_assert_int_eq(try_map(&rings, 30, 30), WN_ERR_PARAMS);
    rings.distance = 1000000;
    rings.solid_angle = true;
    rings.bins = 2048;
    ck_assert_int_eq(try_map(&rings, 30, 30), WN_OK);
    rings.bins = 2049;
    ck_assert_int_eq(try_map(&rings, 30, 30), WN_ERR_SHAPE);
}
END_TEST

/* Without a number given, any frame gets a map. */
START_TEST(defaults_always_fit)
{
    wn_params tiles = {0}, rings = {.centre_x = 1000}, normed = {.centre_x = 1000};
    normed.distance = 1000000;
    normed.polarised = true;
    const uint32_t shape[][2] = {{1, 2000000}, {2000000, 1}, {4400, 4200}, {1, 20000}, {20000, 3}};
    for (size_t i = 0; i < sizeof shape / sizeof shape[0]; i++) {
        ck_assert_int_eq(try_map(&tiles, shape[i][0], shape[i][1]), WN_OK);
        ck_assert_int_eq(try_map(&rings, shape[i][0], shape[i][1]), WN_OK);
        ck_assert_int_eq(try_map(&normed, shape[i][0], shape[i][1]), WN_OK);
    }
}
END_TEST

START_TEST(tiny_frames)
{
    const wn_params centre_in = {.model = WN_MODEL_RADIAL}, centre_out = {.centre_x = 77000};
    wn_params normed = {.centre_x = 1000, .distance = 10000, .rot1 = 100000};
    normed.solid_angle = normed.polarised = true;
    const uint32_t n[] = {1, 2, 3, 5, 64, 65, 1000};
    for (size_t i = 0; i < sizeof n / sizeof n[0]; i++) {
        const wn_params *const params[] = {&centre_in, &centre_out, &normed};
        for (int k = 0; k < 3; k++) {
            wn_map *map = make_map(params[k], 1, n[i], NULL);
            expect_partition(map);
            wn_map_free(map);
            map = make_map(params[k], n[i], 1, NULL);
            expect_partition(map);
            wn_map_free(map);
        }
        expect_tiles(1, n[i], 0);
        expect_tiles(n[i], 1, 0);
    }
    /* a single pixel at the beam centre still has a ring of some width */
    wn_map *map = make_map(&centre_in, 1, 1, NULL);
    ck_assert_uint_eq(map->regions, 1);
    ck_assert_double_gt(wn_map_radius(map, 0), 0);
    wn_map_free(map);
}
END_TEST

START_TEST(no_map)
{
    const wn_params wrong = {.bins = -1}, good = {0};
    ck_assert_int_eq(try_map(&wrong, 10, 10), WN_ERR_PARAMS);
    ck_assert_int_eq(try_map(&good, 0, 10), WN_ERR_SHAPE);
    ck_assert_int_eq(try_map(&good, 10, 0), WN_ERR_SHAPE);
    ck_assert_int_eq(try_map(&good, 65536, 65536), WN_ERR_SHAPE);
    wn_map_free(NULL);
}
END_TEST

START_TEST(models_are_told_apart)
{
    const wn_params p = {.centre_x = 70123, .centre_y = 40456};
    wn_map *map = make_map(&p, 100, 130, NULL);
    struct model model = map->model;
    ck_assert(wn_map_has_model(map, &model, 100, 130));
    ck_assert(!wn_map_has_model(map, &model, 130, 100));
    ck_assert(!wn_map_has_model(map, &model, 100, 131));
    model.centre_x++;
    ck_assert(!wn_map_has_model(map, &model, 100, 130));
    model = map->model;
    model.radius_max = nextafter(model.radius_max, INFINITY);
    ck_assert(!wn_map_has_model(map, &model, 100, 130));
    wn_map_free(map);
}
END_TEST

UNIT_MAIN(rings_of_default_width, rings_of_given_number, rings_of_random_geometries,
          rings_span_the_valid_pixels, no_valid_pixel, classes_of_norm,
          norm_is_1_without_normalisation, tiles_of_frames, at_most_65536_cells,
          defaults_always_fit, tiny_frames, no_map, models_are_told_apart)
