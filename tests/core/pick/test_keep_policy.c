/* What is kept where that is not decided by single pixels: the kept grid, blocks whose sum is too
 * high, whole frames; and the quality levels, which choose among them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pick/keep_policy.h"
#include "support/unit.h"

#define INTEGERS 8 /* the first of unit_types */

static wn_separation *separate_frame(const wn_array *array, const wn_params *params,
                                     const void *frame, int threads)
{
    wn_map *map = NULL;
    wn_separation *s = NULL;
    ck_assert_int_eq(wn_map_create(params, array->height, array->width, NULL, &map), WN_OK);
    ck_assert_int_eq(wn_separate(map, params, array, frame, threads, &s), WN_OK);
    wn_map_free(map);
    return s;
}

/* Marks of the kept pixels, for free(). */
static uint8_t *marks_of(const wn_array *array, const wn_separation *s)
{
    const size_t pixels = (size_t)array->height * array->width;
    uint8_t *kept = unit_alloc(pixels);
    for (size_t i = 0; i < s->kept; i++) {
        ck_assert_uint_lt(s->kept_index[i], i + 1 < s->kept ? s->kept_index[i + 1] : pixels);
        kept[s->kept_index[i]] = 1;
    }
    return kept;
}

static uint8_t *kept_pixels(const wn_array *array, const wn_params *params, const void *frame)
{
    wn_separation *s = separate_frame(array, params, frame, 1);
    uint8_t *kept = marks_of(array, s);
    wn_separation_free(s);
    return kept;
}

/* Whether all pixels that are marked in one are so in the other. */
static bool contains(const uint8_t *other, const uint8_t *one, size_t pixels)
{
    for (size_t i = 0; i < pixels; i++) {
        if (one[i] && !other[i])
            return false;
    }
    return true;
}

/* ---- rules --------------------------------------------------------------------------------- */

START_TEST(single_pixels)
{
    const struct {
        wn_keep keep;
        int32_t pick;
        double sigma;
    } of[] = {
        {WN_KEEP_AUTO, 0, 1},      {WN_KEEP_OUTLIER, 0, 1},   {WN_KEEP_OUTLIER, 250, 2.5},
        {WN_KEEP_OUTLIER, 900, 9}, {WN_KEEP_CLUSTER, 0, 5},   {WN_KEEP_CLUSTER, 250, 5},
        {WN_KEEP_CLUSTER, 500, 5}, {WN_KEEP_CLUSTER, 700, 5}, {WN_KEEP_CLUSTER, 3000, 5},
    };
    for (size_t i = 0; i < sizeof of / sizeof of[0]; i++) {
        const wn_params p = {.keep = of[i].keep, .pick = of[i].pick};
        ck_assert_double_eq(wn_keep_single_sigma(&p), of[i].sigma);
    }
}
END_TEST

START_TEST(who_keeps_places)
{
    for (size_t type = 0; type < 10; type++) {
        const bool real = unit_is_float(unit_types[type]);
        for (int keep = 0; keep < 4; keep++) {
            for (int32_t block = 0; block < 3; block += 2) {
                const wn_params p = {.keep = (wn_keep)keep, .block = block};
                const bool places = keep >= WN_KEEP_CLUSTER || block > 0;
                ck_assert(wn_keeps_grid(&p, unit_types[type]) == (places && !real));
            }
        }
    }
}
END_TEST

/* Floats cannot be summed up, nor do they follow the distributions of counts. */
START_TEST(floats_are_refused)
{
    const float frame[100] = {0};
    const double wide[100] = {0};
    uint8_t chunk[2000];
    size_t size;
    wn_separation *s = NULL;
    for (int i = 0; i < 10; i++) {
        const wn_array a = {i % 2 ? WN_F32 : WN_F64, false, 1, 10, 10};
        const void *data = i % 2 ? (const void *)frame : wide;
        const wn_params of[] = {{.keep = WN_KEEP_CLUSTER},
                                {.block = 2},
                                {.keep = WN_KEEP_OUTLIER, .block = 8},
                                {.keep = WN_KEEP_CLUSTER, .block = 3},
                                {.keep = WN_KEEP_ALL}};
        const wn_params *p = &of[i / 2];
        const wn_status expected = p->keep == WN_KEEP_ALL ? WN_OK : WN_ERR_PARAMS;
        wn_map *map = NULL;
        char why[200] = "";
        ck_assert_int_eq(wn_map_create(p, 10, 10, NULL, &map), WN_OK);
        ck_assert_int_eq(wn_params_fit(p, &a, why, sizeof why), expected);
        ck_assert(expected == WN_OK || strstr(why, "counts"));
        ck_assert_int_eq(wn_separate(map, p, &a, data, 1, &s), expected);
        ck_assert_int_eq(wn_encode(map, p, &a, data, 1, chunk, sizeof chunk, &size), expected);
        wn_separation_free(s);
        s = NULL;
        wn_map_free(map);
    }
}
END_TEST

/* ---- all ----------------------------------------------------------------------------------- */

START_TEST(all_is_all_but_flags)
{
    for (size_t type = 0; type < INTEGERS; type++) {
        const wn_array a = {unit_types[type], type % 2, 1, 60, 71};
        const struct unit_scene scene = {
            .seed = type, .mean = 4, .dispersion = 1, .peaks = 3, .peak = 60, .gaps = true};
        const wn_params p = {.keep = WN_KEEP_ALL};
        uint8_t *frame = unit_frames(&a, &scene, NULL);
        wn_separation *s = separate_frame(&a, &p, frame, 1);
        uint8_t *kept = marks_of(&a, s);
        size_t flagged = 0;
        for (size_t i = 0; i < 60 * 71; i++) {
            const bool flag = unit_get(&a, frame, i) == unit_flag(a.type);
            EXPECT(kept[i] == !flag, "%s, pixel %zu", wn_type_name(a.type), i);
            flagged += flag;
        }
        ck_assert_uint_eq(s->flagged, flagged);
        ck_assert_uint_eq(s->kept, 60 * 71 - flagged);
        free(kept);
        free(frame);
        wn_separation_free(s);
    }
}
END_TEST

/* ---- clusters ------------------------------------------------------------------------------ */

/* A flat frame of 90 x 100 with one spot of 5 x 5 pixels about (40, 30), and flagged pixels. */
static const wn_array spot_array = {WN_U16, false, 1, 90, 100};
#define SPOT_X 40
#define SPOT_Y 30

static uint8_t *frame_with_spot(void)
{
    const struct unit_scene scene = {.seed = 4, .mean = 2, .dispersion = 1};
    uint8_t *frame = unit_frames(&spot_array, &scene, NULL);
    for (size_t i = 0; i < 25; i++) {
        const size_t pixel = (SPOT_Y - 2 + i / 5) * 100 + SPOT_X - 2 + i % 5;
        unit_put(&spot_array, frame, pixel, unit_get(&spot_array, frame, pixel) + 8);
    }
    for (size_t i = 0; i < 100; i++)
        unit_put(&spot_array, frame, SPOT_Y * 100 + 100 + i, i % 3 ? 3 : 65535);
    return frame;
}

/* Kept are whole squares, of the smallest edge above 1 that divides that of the blocks. */
static void expect_squares(const uint8_t *frame, const uint8_t *kept, size_t grain)
{
    for (size_t y = 0; y < 90; y++) {
        for (size_t x = 0; x < 100; x++) {
            const size_t corner = y / grain * grain * 100 + x / grain * grain;
            size_t first = corner; /* an unflagged pixel of the same square */
            while (unit_get(&spot_array, frame, first) == 65535)
                first++;
            const bool same_square = first % 100 / grain == x / grain;
            const bool flag = unit_get(&spot_array, frame, y * 100 + x) == 65535;
            EXPECT(!kept[y * 100 + x] || !flag, "flagged pixel (%zu, %zu) is kept", x, y);
            EXPECT(flag || !same_square || kept[y * 100 + x] == kept[first],
                   "a square of %zu is kept in part, pixel (%zu, %zu)", grain, x, y);
        }
    }
}

START_TEST(clusters_are_squares_with_a_halo)
{
    const size_t grain[] = {2, 0, 2, 3, 2, 5, 2, 7, 2};
    uint8_t *frame = frame_with_spot();
    for (int32_t block = 0; block <= 8; block++) {
        if (block == 1)
            continue;
        uint8_t *smaller = NULL;
        for (int32_t halo = 1; halo <= 9; halo += 2) {
            const wn_params p = {
                .keep = WN_KEEP_CLUSTER, .pick = 400, .block = block, .halo = halo};
            uint8_t *kept = kept_pixels(&spot_array, &p, frame);
            expect_squares(frame, kept, grain[block]);
            for (size_t y = SPOT_Y - (size_t)halo; y <= SPOT_Y + (size_t)halo; y++) {
                for (size_t x = SPOT_X - (size_t)halo; x <= SPOT_X + (size_t)halo; x++)
                    EXPECT(kept[y * 100 + x] || unit_get(&spot_array, frame, y * 100 + x) == 65535,
                           "blocks %d, halo %d: pixel (%zu, %zu)", (int)block, (int)halo, x, y);
            }
            ck_assert(!smaller || contains(kept, smaller, 9000));
            free(smaller);
            smaller = kept;
        }
        free(smaller);
    }
    free(frame);
}
END_TEST

/* What is chosen by default: 3 sigma, a box, and with blocks a halo of 2. */
START_TEST(defaults_of_clusters)
{
    const wn_params none = {.keep = WN_KEEP_CLUSTER, .block = 2};
    const wn_params said = {.keep = WN_KEEP_CLUSTER, .block = 2, .pick = 300, .halo = 2};
    const wn_params other[] = {{.keep = WN_KEEP_CLUSTER, .block = 2, .pick = 200},
                               {.keep = WN_KEEP_CLUSTER, .block = 2, .halo = 3},
                               {.keep = WN_KEEP_CLUSTER, .block = 2, .filter_width = 15},
                               {.keep = WN_KEEP_CLUSTER}};
    uint8_t *frame = frame_with_spot();
    uint8_t *a = kept_pixels(&spot_array, &none, frame);
    uint8_t *b = kept_pixels(&spot_array, &said, frame);
    ck_assert_mem_eq(a, b, 9000);
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        free(b);
        b = kept_pixels(&spot_array, &other[i], frame);
        ck_assert_mem_ne(a, b, 9000);
    }
    free(a);
    free(b);
    free(frame);
}
END_TEST

START_TEST(every_filter_and_cut_off_works)
{
    uint8_t *frame = frame_with_spot();
    for (int32_t width = 0; width < 100; width += 11) {
        for (int32_t pick = 100; pick <= 3000; pick += 725) {
            const wn_params p = {.keep = WN_KEEP_CLUSTER, .pick = pick, .filter_width = width};
            ck_assert_int_eq(wn_params_fit(&p, &spot_array, NULL, 0), WN_OK);
            free(kept_pixels(&spot_array, &p, frame));
        }
    }
    free(frame);
}
END_TEST

START_TEST(threads_change_nothing)
{
    const wn_params of[] = {{.keep = WN_KEEP_CLUSTER, .block = 3},
                            {.keep = WN_KEEP_OUTLIER, .block = 2, .pick = 200},
                            {.keep = WN_KEEP_ALL}};
    uint8_t *frame = frame_with_spot();
    for (size_t i = 0; i < 3; i++) {
        uint8_t *kept = kept_pixels(&spot_array, &of[i], frame);
        for (int threads = 2; threads <= 5; threads++) {
            wn_separation *s = separate_frame(&spot_array, &of[i], frame, threads);
            uint8_t *other = marks_of(&spot_array, s);
            ck_assert_mem_eq(kept, other, 9000);
            free(other);
            wn_separation_free(s);
        }
        free(kept);
    }
    free(frame);
}
END_TEST

/* ---- blocks -------------------------------------------------------------------------------- */

/* Blocks of outliers keep what outliers are, where sums are low. */
START_TEST(outliers_are_kept_with_blocks)
{
    uint8_t *frame = frame_with_spot();
    for (int32_t pick = 100; pick <= 400; pick += 150) {
        const wn_params plain = {.keep = WN_KEEP_OUTLIER, .pick = pick};
        uint8_t *kept = kept_pixels(&spot_array, &plain, frame);
        for (int32_t block = 2; block <= 8; block++) {
            const wn_params p = {.keep = WN_KEEP_OUTLIER, .pick = pick, .block = block};
            uint8_t *with_blocks = kept_pixels(&spot_array, &p, frame);
            ck_assert_mem_eq(kept, with_blocks, 9000);
            free(with_blocks);
        }
        free(kept);
    }
    free(frame);
}
END_TEST

/* Fill block number `block` of the frame with counts that scatter as counts do, and have this sum.
 */
static void fill_block(const wn_array *a, void *frame, size_t edge, size_t block, uint64_t sum)
{
    const size_t x = block % (a->width / edge) * edge, y = block / (a->width / edge) * edge;
    const uint64_t pixels = edge * edge, scatter = (uint64_t)sqrt((double)sum / (double)pixels);
    for (size_t i = 0; i < pixels; i++) {
        uint64_t count = sum / pixels + (i < sum % pixels);
        if (i % 2 == 1)
            count -= scatter;
        else if (i + 1 < pixels)
            count += scatter;
        unit_put(a, frame, (y + i / edge) * a->width + x + i % edge, count);
    }
}

/* A frame of 5 x 6 blocks whose sums are just below the flag, but for two that reach it: only those
 * must be kept. */
static void expect_high_blocks(wn_type type, wn_keep keep, int32_t edge, uint64_t flag,
                               const wn_params *params)
{
    const size_t e = (size_t)edge;
    const wn_array a = {type, edge % 2, 1, 5 * (uint32_t)edge, 6 * (uint32_t)edge};
    uint8_t *frame = unit_alloc(wn_array_bytes(&a));
    for (size_t block = 0; block < 30; block++)
        fill_block(&a, frame, e, block, flag - 1 - block * 7 % 3);
    fill_block(&a, frame, e, 7, flag - 1);
    fill_block(&a, frame, e, 16, flag);
    fill_block(&a, frame, e, 22, flag + 1);
    wn_params p = *params;
    p.keep = keep;
    p.block = edge;
    p.pick = 1000;
    uint8_t *kept = kept_pixels(&a, &p, frame);
    for (size_t i = 0; i < (size_t)a.height * a.width; i++) {
        const size_t block = i / a.width / e * 6 + i % a.width / e;
        EXPECT(kept[i] == (block == 16 || block == 22), "%s, edge %d, keep %d, block %zu",
               wn_type_name(type), (int)edge, (int)keep, block);
    }
    free(kept);
    free(frame);
}

START_TEST(blocks_that_reach_a_flag_are_kept)
{
    for (size_t type = 0; type < INTEGERS; type++) {
        for (int32_t edge = 2; edge <= 8; edge++) {
            const uint64_t maximum = unit_flag(unit_types[type]);
            const uint64_t flag = maximum < UINT32_MAX ? maximum : UINT32_MAX;
            const wn_params p = {0}, with_dummy = {.has_dummy = true, .dummy = 120},
                            negative = {.has_dummy = true, .dummy = -7};
            expect_high_blocks(unit_types[type], WN_KEEP_OUTLIER, edge, flag, &p);
            expect_high_blocks(unit_types[type], WN_KEEP_CLUSTER, edge, flag, &p);
            expect_high_blocks(unit_types[type], WN_KEEP_CLUSTER, edge, 120, &with_dummy);
            expect_high_blocks(unit_types[type], WN_KEEP_OUTLIER, edge, flag, &negative);
        }
    }
}
END_TEST

/* ---- quality ------------------------------------------------------------------------------- */

START_TEST(quality_levels)
{
    const struct {
        wn_keep keep, of_floats;
        int32_t pick, block;
    } of[] = {{WN_KEEP_ALL, WN_KEEP_ALL, 0, 0},
              {WN_KEEP_CLUSTER, WN_KEEP_ALL, 250, 2},
              {WN_KEEP_CLUSTER, WN_KEEP_ALL, 250, 3},
              {WN_KEEP_CLUSTER, WN_KEEP_OUTLIER, 300, 4},
              {WN_KEEP_CLUSTER, WN_KEEP_OUTLIER, 1000, 0}};
    for (int quality = 1; quality <= 5; quality++) {
        for (size_t type = 0; type < 10; type++) {
            const wn_array a = {unit_types[type], false, 1, 50, 50};
            const bool real = unit_is_float(a.type);
            wn_params p = {.keep = WN_KEEP_OUTLIER,
                           .centre_x = 7000,
                           .pick = 77,
                           .noise_floor = 100,
                           .block = 7,
                           .halo = 9,
                           .filter_width = 33};
            ck_assert_int_eq(wn_params_quality((wn_quality)quality, a.type, &p), WN_OK);
            ck_assert_int_eq(wn_params_fit(&p, &a, NULL, 0), WN_OK);
            ck_assert_int_eq(p.keep, real ? of[quality - 1].of_floats : of[quality - 1].keep);
            ck_assert_int_eq(p.block, real ? 0 : of[quality - 1].block);
            ck_assert(real || p.pick == of[quality - 1].pick);
            ck_assert(p.noise_floor == 0 && p.filter_width == 0 && p.centre_x == 7000);
        }
    }
    wn_params p = {.pick = 77};
    ck_assert_int_eq(wn_params_quality((wn_quality)0, WN_U8, &p), WN_ERR_ARGUMENT);
    ck_assert_int_eq(wn_params_quality((wn_quality)(WN_QUALITY_LEVELS + 1), WN_U8, &p),
                     WN_ERR_ARGUMENT);
    ck_assert_int_eq(wn_params_quality(WN_QUALITY_HIGH, (wn_type)0, &p), WN_ERR_ARGUMENT);
    ck_assert_int_eq(p.pick, 77);
    ck_assert_str_eq(wn_quality_name(WN_QUALITY_LOSSLESS), "lossless");
    ck_assert_str_eq(wn_quality_name(WN_QUALITY_HITS), "hits");
    ck_assert_str_eq(wn_quality_name((wn_quality)0), "unknown");
    ck_assert_str_eq(wn_quality_name((wn_quality)(WN_QUALITY_LEVELS + 1)), "unknown");
}
END_TEST

UNIT_MAIN(single_pixels, who_keeps_places, floats_are_refused, all_is_all_but_flags,
          clusters_are_squares_with_a_halo, defaults_of_clusters, every_filter_and_cut_off_works,
          threads_change_nothing, outliers_are_kept_with_blocks, blocks_that_reach_a_flag_are_kept,
          quality_levels)
