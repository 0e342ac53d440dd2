/* peakfinder8 on known peaks, and at its limits. */
#include <math.h>

#include "core/spots/test_peakfinder8.h"
#include "geometry/map.h"
#include "spots/found_list.h"
#include "spots/peakfinder8.h"
#include "support/unit.h"

/* ---- known peaks --------------------------------------------------------------------------- */

#define EDGE     200u
#define PEAKS    36
#define SIGMA    1.1
#define STRENGTH 900.0

static double place(int i)
{
    return 20 + 30.0 * i + 0.17 * i;
}

/* A background of 4 counts that falls off, and peaks on a grid. */
static void simulate(uint32_t *frame, uint64_t *random)
{
    const double pi = 3.14159265358979323846;
    for (uint32_t y = 0; y < EDGE; y++) {
        for (uint32_t x = 0; x < EDGE; x++) {
            double mean = 4 * exp(-hypot(x + 40.3, y + 30.8) / 300);
            for (int i = 0; i < PEAKS; i++) {
                const double dx = x - place(i % 6), dy = y - place(i / 6);
                mean += STRENGTH / (2 * pi * SIGMA * SIGMA) *
                        exp(-(dx * dx + dy * dy) / (2 * SIGMA * SIGMA));
            }
            frame[y * EDGE + x] = unit_poisson(random, mean);
        }
    }
}

START_TEST(known_peaks)
{
    uint64_t random = 3;
    struct peakfinder8_scene s = {.array = {WN_U32, wn_native_big_endian(), 1, EDGE, EDGE},
                                  .n = (size_t)EDGE * EDGE};
    uint32_t *frame = unit_alloc(s.n * sizeof *frame);
    simulate(frame, &random);
    s.frame = frame;
    wn_params_init(&s.finder.map_params);
    s.finder.map_params.centre_x = -40300;
    s.finder.map_params.centre_y = -30800;
    wn_spot_params_init(WN_SPOTS_PEAKFINDER8, &s.finder.params);
    s.finder.params.threshold = 12;
    scene_map(&s);
    double background;
    struct found_list list = find(&s, &background);
    bool found[PEAKS] = {false};
    for (size_t i = 0; i < list.n;) {
        double sum = 0, raw = 0, x = 0, y = 0;
        const uint32_t spot = list.pixel[i].spot;
        for (; i < list.n && list.pixel[i].spot == spot; i++) {
            const wn_found_pixel *pixel = &list.pixel[i];
            sum += pixel->value - pixel->expected;
            raw += pixel->value;
            x += pixel->value * (pixel->index % EDGE);
            y += pixel->value * (pixel->index / EDGE);
        }
        const int column = (int)lrint((x / raw - 20) / 30.17);
        const int row = (int)lrint((y / raw - 20) / 30.17);
        EXPECT(hypot(x / raw - place(column), y / raw - place(row)) < 0.25, "%g, %g", x / raw,
               y / raw);
        EXPECT(sum > 0.7 * STRENGTH && sum < 1.15 * STRENGTH, "%g counts", sum);
        ck_assert(!found[row * 6 + column]);
        found[row * 6 + column] = true;
    }
    int n = 0;
    for (int i = 0; i < PEAKS; i++)
        n += found[i];
    ck_assert_int_ge(n, PEAKS - 2); /* a short radius may hide one */
    ck_assert(background > 2 && background < 3.5);
    wn_found_list_free(&list);
    scene_free(&s);
}
END_TEST

/* ---- limits -------------------------------------------------------------------------------- */

/* A frame far from the beam, where radii are columns. */
static struct peakfinder8_scene far_scene(void *frame, wn_type type)
{
    struct peakfinder8_scene s = {.array = {type, wn_native_big_endian(), 1, 20, 20}, .n = 400};
    s.frame = frame;
    wn_params_init(&s.finder.map_params);
    s.finder.map_params.centre_x = -2000000;
    s.finder.map_params.centre_y = 9500;
    wn_spot_params_init(WN_SPOTS_PEAKFINDER8, &s.finder.params);
    scene_map(&s);
    return s;
}

/* A pixel of the threshold itself is no background, nor one of the lower limit: all columns are
 * ones in the end. */
START_TEST(limits_are_outside)
{
    uint8_t *frame = unit_alloc(400);
    for (size_t i = 0; i < 400; i++)
        frame[i] = 1;
    frame[10 * 20 + 7] = 10;
    struct peakfinder8_scene s = far_scene(frame, WN_U8);
    s.finder.params.threshold = 10;
    s.finder.params.min_snr = 1;
    double background;
    struct found_list list = find(&s, &background);
    ck_assert_uint_eq(list.n, 0);
    ck_assert_double_eq(background, 1);
    scene_free(&s);
}
END_TEST

static size_t found_with_highest(float highest)
{
    float *frame = unit_alloc(400 * sizeof *frame);
    for (size_t i = 0; i < 400; i++)
        frame[i] = i / 20 % 2 ? -19 : -21;
    frame[10 * 20 + 7] = highest;
    frame[9 * 20 + 8] = frame[11 * 20 + 6] = -8;
    struct peakfinder8_scene s = far_scene(frame, WN_F32);
    s.finder.params.threshold = -1000;
    s.finder.params.min_snr = 3;
    double background;
    struct found_list list = find(&s, &background);
    const size_t n = list.n;
    wn_found_list_free(&list);
    scene_free(&s);
    return n;
}

/* The centre of a group whose raw sum is negative is off the frame. */
START_TEST(negative_sums)
{
    ck_assert_uint_eq(found_with_highest(30), 3);
    ck_assert_uint_eq(found_with_highest(2), 0);
}
END_TEST

START_TEST(too_many_radii)
{
    struct peakfinder8_scene s = {.array = {WN_U8, false, 1, 1, 70000}, .n = 70000};
    s.frame = unit_alloc(s.n);
    wn_params_init(&s.finder.map_params);
    s.finder.map_params.model = WN_MODEL_RADIAL;
    s.finder.map_params.bins = 100;
    wn_spot_params_init(WN_SPOTS_PEAKFINDER8, &s.finder.params);
    scene_map(&s);
    const struct pixels pixels =
        wn_pixels_of_frame(&s.array, s.frame, s.map->valid, &s.finder.map_params);
    struct found_list list = {0};
    double background;
    ck_assert_int_eq(wn_find_peakfinder8(&s.finder, &pixels, &list, &background), WN_ERR_SHAPE);
    scene_free(&s);
}
END_TEST

UNIT_MAIN(known_peaks, limits_are_outside, negative_sums, too_many_radii)
