/* Tests of h5tools/effect.c: what is found in frames whose signal is known, and what is said of
 * frames from which a known part of it was taken. */
#include "effect.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#define HEIGHT 200
#define WIDTH  260
#define PIXELS (HEIGHT * WIDTH)
#define FLAG   0xffffffff

static const wn_array ARRAY = {.type = WN_U32, .frames = 1, .height = HEIGHT, .width = WIDTH};

/* A frame of noise with spots that lie in a square grid, each 3 x 3 pixels with the same counts. */
struct scene {
    uint32_t pixel[PIXELS];
    uint32_t without[PIXELS]; /* the same without the spots */
    size_t spots;
    double counts; /* of a spot */
};

#define SPACING 20

static void add_spots(struct scene *s, uint32_t each)
{
    s->counts = 9.0 * each;
    for (size_t y = SPACING; y + SPACING <= HEIGHT; y += SPACING) {
        for (size_t x = SPACING; x + SPACING <= WIDTH; x += SPACING, s->spots++)
            for (size_t i = 0; i < 9; i++)
                s->pixel[(y + i / 3) * WIDTH + x + i % 3] += each;
    }
}

/* The mean falls off along the frame to half of what it is at its left edge, as behind a shadow. */
static void make_scene(struct scene *s, double mean, bool falls_off, uint32_t each)
{
    uint64_t random = 7;
    s->spots = 0;
    for (size_t i = 0; i < PIXELS; i++) {
        const double part = falls_off ? 1 - 0.5 * (double)(i % WIDTH) / WIDTH : 1;
        s->pixel[i] = s->without[i] = unit_poisson(&random, mean * part);
    }
    if (each > 0)
        add_spots(s, each);
}

/* What is found in the first frame, and becomes of it in the second. */
static struct effect effect_of(const uint32_t *raw, const uint32_t *restored)
{
    struct effect effect = {0};
    struct reference *reference;
    wn_params params;
    wn_map *map;
    wn_params_init(&params);
    ck_assert_int_eq(wn_map_create(&params, HEIGHT, WIDTH, NULL, &map), WN_OK);
    ck_assert_int_eq(reference_make(map, &params, &ARRAY, raw, 1, &reference), WN_OK);
    ck_assert_int_eq(effect_add(reference, restored, &effect), WN_OK);
    reference_free(reference);
    wn_map_free(map);
    return effect;
}

static uint64_t all_places(const struct effect *e)
{
    return e->of[0].places + e->of[1].places + e->of[2].places;
}

START_TEST(test_nothing_lost)
{
    static struct scene s;
    make_scene(&s, 3, false, 8);
    const struct effect e = effect_of(s.pixel, s.pixel);
    for (int i = 0; i < EXCESS_CLASSES; i++)
        ck_assert(e.of[i].places == 0 || effect_loss(&e, (enum excess)i) == 0);
    ck_assert(effect_background(&e) == 1);
}
END_TEST

/* 72 counts on 27 expected are above 8 sigma, and all of them are found with their counts. */
START_TEST(test_strong_spots)
{
    static struct scene s;
    make_scene(&s, 3, false, 8);
    const struct effect e = effect_of(s.pixel, s.without);
    ck_assert_uint_eq(e.of[EXCESS_ABOVE_8].places, s.spots);
    ck_assert_double_eq_tol(e.of[EXCESS_ABOVE_8].excess / ((double)s.spots * s.counts), 1, 0.05);
    ck_assert_double_eq_tol(effect_loss(&e, EXCESS_ABOVE_8), 100, 5);
    ck_assert_double_eq_tol(effect_background(&e), 1, 0.01);
}
END_TEST

static void take_half(const struct scene *s, uint32_t *half)
{
    for (size_t i = 0; i < PIXELS; i++)
        half[i] = s->without[i] + (s->pixel[i] - s->without[i]) / 2;
}

/* 31.5 counts on 27 expected are 6 sigma. */
START_TEST(test_half_of_weaker_spots)
{
    static struct scene s;
    static uint32_t half[PIXELS];
    make_scene(&s, 3, false, 4);
    take_half(&s, half);
    const struct effect e = effect_of(s.pixel, half);
    const uint64_t found = e.of[EXCESS_4_TO_8].places + e.of[EXCESS_ABOVE_8].places;
    EXPECT(found >= s.spots * 9 / 10 && found < s.spots * 12 / 10, "%d of %zu", (int)found,
           s.spots);
    ck_assert_double_eq_tol(effect_loss(&e, EXCESS_4_TO_8), 50, 5);
}
END_TEST

/* Without signal hardly a place exceeds 4 sigma, whether the background is level or not. */
START_TEST(test_noise_alone)
{
    static struct scene s;
    for (int falls_off = 0; falls_off < 2; falls_off++) {
        make_scene(&s, 30, falls_off, 0);
        const struct effect e = effect_of(s.pixel, s.pixel);
        EXPECT(e.of[EXCESS_4_TO_8].places < 10 && e.of[EXCESS_ABOVE_8].places == 0,
               "falls off %d: %d places", falls_off, (int)e.of[EXCESS_4_TO_8].places);
        ck_assert_uint_lt(e.of[EXCESS_2_TO_4].places, PIXELS / 20);
    }
}
END_TEST

/* Twice the background in the restored frame is said to be that. */
START_TEST(test_background)
{
    static struct scene s;
    static uint32_t twice[PIXELS];
    make_scene(&s, 5, false, 0);
    for (size_t i = 0; i < PIXELS; i++)
        twice[i] = 2 * s.pixel[i];
    const struct effect e = effect_of(s.pixel, twice);
    ck_assert_double_eq_tol(effect_background(&e), 2, 1e-9);
}
END_TEST

/* Flagged pixels are neither places nor background, and the frame around them is as it was. */
START_TEST(test_flagged)
{
    static struct scene s;
    make_scene(&s, 3, false, 8);
    const size_t first = SPACING * WIDTH + SPACING, spot = first + WIDTH + 1;
    s.pixel[first] = FLAG;
    for (size_t i = 100 * WIDTH; i < 110 * WIDTH; i++)
        s.pixel[i] = FLAG;
    const size_t in_gap = (WIDTH - SPACING) / SPACING;
    struct effect e = effect_of(s.pixel, s.pixel);
    ck_assert_uint_eq(e.of[EXCESS_ABOVE_8].places, s.spots - in_gap - 1);
    s.pixel[spot] = FLAG;
    e = effect_of(s.pixel, s.pixel);
    ck_assert_uint_eq(e.of[EXCESS_ABOVE_8].places, s.spots - in_gap - 1);
}
END_TEST

START_TEST(test_no_background)
{
    static uint32_t pixel[PIXELS];
    for (uint64_t value = 0; value <= FLAG; value += FLAG) {
        for (size_t i = 0; i < PIXELS; i++)
            pixel[i] = (uint32_t)value;
        const struct effect e = effect_of(pixel, pixel);
        ck_assert_uint_eq(all_places(&e), 0);
        ck_assert(isnan(effect_background(&e)));
        ck_assert(isnan(effect_loss(&e, EXCESS_ABOVE_8)));
    }
}
END_TEST

/* A frame of noise, with some pixels of any bits at all. */
static uint8_t *wild_frame(const wn_array *array, uint64_t *random)
{
    uint8_t *frame = unit_alloc(wn_array_bytes(array));
    for (size_t i = 0; i < (size_t)array->height * array->width; i++) {
        const bool wild = unit_uniform(random) < 0.1;
        unit_put(array, frame, i,
                 wild ? unit_random(random) : unit_bits(array->type, unit_poisson(random, 4)));
    }
    return frame;
}

static void measure_wild_frame(const wn_array *array, uint64_t *random)
{
    struct effect effect = {0};
    struct reference *reference;
    wn_params params;
    wn_map *map;
    uint8_t *frame = wild_frame(array, random);
    wn_params_init(&params);
    ck_assert_int_eq(wn_map_create(&params, array->height, array->width, NULL, &map), WN_OK);
    ck_assert_int_eq(reference_make(map, &params, array, frame, 2, &reference), WN_OK);
    ck_assert_int_eq(effect_add(reference, frame, &effect), WN_OK);
    for (int i = 0; i < EXCESS_CLASSES; i++)
        ck_assert(effect.of[i].lost == 0);
    reference_free(reference);
    wn_map_free(map);
    free(frame);
}

/* Frames of all types and of any size, with values that no detector gives. */
START_TEST(test_hostile)
{
    static const uint32_t edge[] = {1, 2, 3, 4, 5, 31, 64};
    uint64_t random = 3;
    for (int type = 0; type < 10; type++) {
        for (unsigned k = 0; k < 49; k++) {
            const wn_array array = {unit_types[type], k % 2, 1, edge[k / 7], edge[k % 7]};
            measure_wild_frame(&array, &random);
        }
    }
}
END_TEST

UNIT_MAIN(test_nothing_lost, test_strong_spots, test_half_of_weaker_spots, test_noise_alone,
          test_background, test_flagged, test_no_background, test_hostile)
