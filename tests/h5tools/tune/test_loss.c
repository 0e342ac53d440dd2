/* Tests of h5tools/tune/loss.c: what is said of frames from which a known part of the planted
 * spots, or of the background, was taken. */
#include "tune/loss.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/unit.h"

#define HEIGHT 480
#define WIDTH  600
#define PIXELS (HEIGHT * WIDTH)

static const wn_array ARRAY = {.type = WN_U32, .frames = 1, .height = HEIGHT, .width = WIDTH};

/* The background of a frame, and the spots that are planted into it. */
struct bed {
    struct clear_background *background;
    struct planted_spots *planted;
};

static struct bed make_bed(const wn_array *array, const void *frame)
{
    struct bed bed;
    wn_params params;
    wn_map *map;
    wn_params_init(&params);
    ck_assert_int_eq(wn_map_create(&params, array->height, array->width, NULL, &map), WN_OK);
    ck_assert_int_eq(clear_background_find(map, &params, array, frame, 2, &bed.background), WN_OK);
    ck_assert_int_eq(planted_spots_make(bed.background, frame, 1, &bed.planted), WN_OK);
    wn_map_free(map);
    return bed;
}

static void free_bed(struct bed *bed)
{
    clear_background_free(bed->background);
    planted_spots_free(bed->planted);
}

/* The mean falls off along the frame to half of what it is at its left edge, as behind a shadow. */
static void make_noise(uint32_t *pixel, double mean, bool falls_off, uint64_t seed)
{
    uint64_t random = seed;
    for (size_t i = 0; i < PIXELS; i++) {
        const double part = falls_off ? 1 - 0.5 * (double)(i % WIDTH) / WIDTH : 1;
        pixel[i] = unit_poisson(&random, mean * part);
    }
}

/* Each spot has lost so much, per cent, within 4 errors of no more than `error`. */
static void expect_loss(const struct loss *effect, double loss, double error)
{
    for (int i = 0; i < STRENGTHS; i++) {
        const double found = loss_of_spots(effect, (enum strength)i);
        const double its_error = loss_error(effect, (enum strength)i);
        EXPECT(its_error >= 0 && its_error <= error, "class %d: error %g", i, its_error);
        EXPECT(fabs(found - loss) <= 4 * its_error, "class %d: %g +- %g, not %g", i, found,
               its_error, loss);
    }
}

START_TEST(test_nothing_lost)
{
    static uint32_t pixel[PIXELS];
    struct loss effect = {0};
    make_noise(pixel, 3, false, 7);
    struct bed bed = make_bed(&ARRAY, pixel);
    ck_assert_int_eq(loss_add_spots(bed.planted, bed.planted->frame, &effect), WN_OK);
    ck_assert_int_eq(loss_add_background(bed.background, pixel, &effect), WN_OK);
    expect_loss(&effect, 0, 0);
    ck_assert(loss_of_background(&effect) == 1);
    free_bed(&bed);
}
END_TEST

/* Odd counts are rounded up as often as down. */
static void take_half(const uint32_t *pixel, const uint32_t *with_spots, uint32_t *half)
{
    uint64_t random = 9;
    for (size_t i = 0; i < PIXELS; i++)
        half[i] = pixel[i] + (with_spots[i] - pixel[i] + (uint32_t)(unit_random(&random) % 2)) / 2;
}

START_TEST(test_half_lost)
{
    static uint32_t pixel[PIXELS], half[PIXELS];
    struct loss effect = {0};
    make_noise(pixel, 3, true, 7);
    struct bed bed = make_bed(&ARRAY, pixel);
    take_half(pixel, bed.planted->frame, half);
    ck_assert_int_eq(loss_add_spots(bed.planted, half, &effect), WN_OK);
    expect_loss(&effect, 50, 2);
    free_bed(&bed);
}
END_TEST

/* Other noise of the same mean, whether that is level or not. */
START_TEST(test_all_lost)
{
    static uint32_t pixel[PIXELS], other[PIXELS];
    for (int falls_off = 0; falls_off < 2; falls_off++) {
        struct loss effect = {0};
        for (uint64_t seed = 1; seed <= 4; seed++) {
            make_noise(pixel, 3, falls_off, seed);
            make_noise(other, 3, falls_off, 100 + seed);
            struct bed bed = make_bed(&ARRAY, pixel);
            ck_assert_int_eq(loss_add_spots(bed.planted, other, &effect), WN_OK);
            free_bed(&bed);
        }
        expect_loss(&effect, 100, 6);
    }
}
END_TEST

/* The error is what the losses of many frames scatter by. */
START_TEST(test_error)
{
    static uint32_t pixel[PIXELS], other[PIXELS];
    const double n = 24;
    double sum = 0, sum2 = 0, error = 0;
    for (uint64_t seed = 1; seed <= 24; seed++) {
        struct loss effect = {0};
        make_noise(pixel, 3, false, seed);
        make_noise(other, 3, false, 100 + seed);
        struct bed bed = make_bed(&ARRAY, pixel);
        ck_assert_int_eq(loss_add_spots(bed.planted, other, &effect), WN_OK);
        const double loss = loss_of_spots(&effect, STRENGTH_1_5);
        sum += loss;
        sum2 += loss * loss;
        error += loss_error(&effect, STRENGTH_1_5) / n;
        free_bed(&bed);
    }
    const double spread = sqrt((sum2 - sum * sum / n) / (n - 1));
    EXPECT(spread / error > 0.6 && spread / error < 1.5, "%g, not %g", spread, error);
}
END_TEST

/* Twice the background in the restored frame is said to be that. */
START_TEST(test_background)
{
    static uint32_t pixel[PIXELS], twice[PIXELS];
    struct loss effect = {0};
    make_noise(pixel, 5, false, 7);
    for (size_t i = 0; i < PIXELS; i++)
        twice[i] = 2 * pixel[i];
    struct bed bed = make_bed(&ARRAY, pixel);
    ck_assert_int_eq(loss_add_background(bed.background, twice, &effect), WN_OK);
    ck_assert_double_eq_tol(loss_of_background(&effect), 2, 1e-9);
    free_bed(&bed);
}
END_TEST

START_TEST(test_no_background)
{
    static uint32_t pixel[PIXELS];
    for (uint64_t value = 0; value <= UINT32_MAX; value += UINT32_MAX) {
        struct loss effect = {0};
        for (size_t i = 0; i < PIXELS; i++)
            pixel[i] = (uint32_t)value;
        struct bed bed = make_bed(&ARRAY, pixel);
        ck_assert_uint_eq(bed.planted->spots, 0);
        ck_assert_int_eq(loss_add_spots(bed.planted, pixel, &effect), WN_OK);
        ck_assert_int_eq(loss_add_background(bed.background, pixel, &effect), WN_OK);
        ck_assert(isnan(loss_of_background(&effect)));
        ck_assert(isnan(loss_of_spots(&effect, STRENGTH_12)));
        ck_assert(isnan(loss_error(&effect, STRENGTH_12)));
        free_bed(&bed);
    }
}
END_TEST

/* A frame of noise, with some pixels of any bits at all. */
static uint8_t *wild_frame(const wn_array *array, double part, uint64_t *random)
{
    uint8_t *frame = unit_alloc(wn_array_bytes(array));
    for (size_t i = 0; i < (size_t)array->height * array->width; i++) {
        const bool wild = unit_uniform(random) < part;
        unit_put(array, frame, i,
                 wild ? unit_random(random) : unit_bits(array->type, unit_poisson(random, 4)));
    }
    return frame;
}

/* Whatever the frame is, with its spots it has lost nothing. Returns how many there are. */
static size_t measure_wild_frame(const wn_array *array, double part, uint64_t *random)
{
    struct loss effect = {0};
    uint8_t *frame = wild_frame(array, part, random);
    struct bed bed = make_bed(array, frame);
    const size_t spots = bed.planted->spots;
    ck_assert_int_eq(loss_add_spots(bed.planted, bed.planted->frame, &effect), WN_OK);
    ck_assert_int_eq(loss_add_background(bed.background, frame, &effect), WN_OK);
    for (int i = 0; i < STRENGTHS; i++)
        ck_assert(effect.of[i].lost == 0);
    free_bed(&bed);
    free(frame);
    return spots;
}

/* Frames of all types and of any size, with values that no detector gives. */
START_TEST(test_hostile)
{
    static const uint32_t edge[] = {1, 2, 7, 24, 31, 64, 130};
    uint64_t random = 3;
    for (int type = 0; type < 10; type++) {
        size_t spots = 0;
        for (unsigned k = 0; k < 98; k++) {
            const wn_array array = {unit_types[type], k / 2 % 2, 1, edge[k / 14], edge[k / 2 % 7]};
            spots += measure_wild_frame(&array, k % 2 ? 0.1 : 0.003, &random);
        }
        EXPECT(spots > 0, "no spots in %s", wn_type_name(unit_types[type]));
    }
}
END_TEST

UNIT_MAIN(test_nothing_lost, test_half_lost, test_all_lost, test_error, test_background,
          test_no_background, test_hostile)
