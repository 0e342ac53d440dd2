/* Window sums against sums pixel by pixel. */
#include <stdlib.h>

#include "geometry/map.h"
#include "spots/window_sums.h"
#include "support/unit.h"

/* A frame, what is left out of it, and how large windows are. */
struct window_scene {
    wn_array array;
    wn_params params;
    uint8_t *data, *valid, *left_out;
    wn_map *map;
    struct pixels pixels;
    size_t radius_x, radius_y;
};

/* Small counts, counts whose squares need 48 bits, counts beyond the limit, and flagged ones. */
static uint64_t random_count(wn_type type, uint64_t *random)
{
    const uint64_t special[] = {
        0,          1,          WINDOW_SUMS_EXACT_LIMIT - 1, WINDOW_SUMS_EXACT_LIMIT, 1u << 31u,
        UINT32_MAX, UINT16_MAX, WINDOW_SUMS_EXACT_LIMIT - 1};
    const uint64_t kind = unit_random(random) % 3;
    const uint64_t count = kind == 0   ? special[unit_random(random) % 8]
                           : kind == 1 ? unit_random(random) % 10
                                       : unit_random(random) % WINDOW_SUMS_EXACT_LIMIT;
    return type == WN_U16 ? count & UINT16_MAX : count;
}

static struct window_scene scene_of(wn_type type, uint32_t height, uint32_t width, bool large,
                                    uint64_t *random)
{
    struct window_scene s = {.array = {type, false, 1, height, width}};
    const size_t n = (size_t)height * width;
    wn_params_init(&s.params);
    s.data = unit_alloc(wn_array_bytes(&s.array));
    s.valid = unit_alloc(n);
    s.left_out = unit_random(random) % 2 ? unit_alloc(n) : NULL;
    for (size_t i = 0; i < n; i++) {
        unit_put(&s.array, s.data, i,
                 large ? WINDOW_SUMS_EXACT_LIMIT - 1 : random_count(type, random));
        s.valid[i] = large || unit_random(random) % 8 != 0;
        if (s.left_out) /* the lowest bit of any byte */
            s.left_out[i] = large ? 0 : unit_random(random) % 5 == 0 ? 7 : 6;
    }
    ck_assert_int_eq(wn_map_create(&s.params, height, width, s.valid, &s.map), WN_OK);
    s.radius_x = (size_t)unit_integer(random, 1, 22);
    s.radius_y = (size_t)unit_integer(random, 1, 22);
    return s;
}

static void scene_free(struct window_scene *s)
{
    wn_map_free(s->map);
    free(s->data);
    free(s->valid);
    free(s->left_out);
}

static struct window_totals plain_sums(const struct window_scene *s, size_t x, size_t y)
{
    struct window_totals sums = {0};
    for (size_t row = 0; row < s->array.height; row++) {
        for (size_t column = 0; column < s->array.width; column++) {
            const size_t index = row * s->array.width + column;
            const bool inside = row + s->radius_y >= y && row <= y + s->radius_y &&
                                column + s->radius_x >= x && column <= x + s->radius_x;
            const uint64_t value = unit_get(&s->array, s->data, index);
            if (!inside || !s->valid[index] || (s->left_out && s->left_out[index] % 2) ||
                value >= WINDOW_SUMS_EXACT_LIMIT ||
                (s->array.type == WN_U16 && value == UINT16_MAX))
                continue;
            sums.n++;
            sums.sum += value;
            sums.squares += value * value;
        }
    }
    return sums;
}

static void expect_plain_run(const struct window_scene *s, struct window_sums *sat, size_t y,
                             size_t first, size_t end)
{
    wn_window_sums_fill(sat, y, first, end);
    for (size_t x = first; x < end; x++) {
        const struct window_totals got = window_sums_at(sat, x), expected = plain_sums(s, x, y);
        EXPECT(got.n == expected.n && got.sum == expected.sum && got.squares == expected.squares,
               "%u x %u, radii %zu and %zu, at %zu, %zu: %u, %llu, %llu, not %u, %llu, %llu",
               s->array.width, s->array.height, s->radius_x, s->radius_y, x, y, got.n,
               (unsigned long long)got.sum, (unsigned long long)got.squares, expected.n,
               (unsigned long long)expected.sum, (unsigned long long)expected.squares);
    }
}

static void expect_plain_sums(const struct window_scene *s, uint64_t *random)
{
    const struct pixels pixels = wn_pixels_of_frame(&s->array, s->data, s->map->valid, &s->params);
    const struct window_rule rule = {&pixels, s->radius_x, s->radius_y, s->left_out};
    const int64_t width = s->array.width;
    struct window_sums sat;
    ck_assert_int_eq(wn_window_sums_create(&rule, &sat), WN_OK);
    for (size_t y = 0; y < s->array.height; y++) {
        expect_plain_run(s, &sat, y, 0, s->array.width);
        const int64_t first = unit_integer(random, 0, width - 1);
        expect_plain_run(s, &sat, y, (size_t)first, (size_t)unit_integer(random, first + 1, width));
    }
    wn_window_sums_free(&sat);
}

START_TEST(sums_are_those_of_the_windows)
{
    uint64_t random = 1;
    for (int round = 0; round < 60; round++) {
        struct window_scene s =
            scene_of(round % 2 ? WN_U32 : WN_U16, (uint32_t)unit_integer(&random, 1, 50),
                     (uint32_t)unit_integer(&random, 1, 70), false, &random);
        expect_plain_sums(&s, &random);
        scene_free(&s);
    }
}
END_TEST

/* 45 x 45 pixels of 2^24 - 1: the squares need 59 bits, those of all columns of the table more than
 * 64. */
START_TEST(large_sums_are_exact)
{
    uint64_t random = 2;
    struct window_scene s = scene_of(WN_U32, 50, 2000, true, &random);
    s.radius_x = s.radius_y = 22;
    const struct pixels pixels = wn_pixels_of_frame(&s.array, s.data, s.map->valid, &s.params);
    struct window_sums sat;
    const struct window_rule rule = {&pixels, s.radius_x, s.radius_y, NULL};
    ck_assert_int_eq(wn_window_sums_create(&rule, &sat), WN_OK);
    wn_window_sums_fill(&sat, 25, 0, 2000);
    const uint64_t largest = WINDOW_SUMS_EXACT_LIMIT - 1, area = 45 * 45;
    for (size_t x = 22; x < 2000 - 22; x++) {
        const struct window_totals sums = window_sums_at(&sat, x);
        EXPECT(sums.n == area && sums.sum == area * largest &&
                   sums.squares == area * largest * largest,
               "at %zu: %u, %llu, %llu", x, sums.n, (unsigned long long)sums.sum,
               (unsigned long long)sums.squares);
    }
    wn_window_sums_free(&sat);
    scene_free(&s);
}
END_TEST

UNIT_MAIN(sums_are_those_of_the_windows, large_sums_are_exact)
