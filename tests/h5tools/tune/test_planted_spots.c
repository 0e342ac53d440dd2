/* Tests of h5tools/tune/planted_spots.c: where spots are planted, how strong they are, and that
 * nothing else changes; of the random numbers and the values it works with. */
#include "tune/planted_spots.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "input/pixel_values.h"
#include "support/unit.h"

#define HEIGHT 480
#define WIDTH  600
#define PIXELS (HEIGHT * WIDTH)
#define FLAG   0xffffffff

static const wn_array ARRAY = {.type = WN_U32, .frames = 1, .height = HEIGHT, .width = WIDTH};

static void make_noise(uint32_t *pixel, double mean, uint64_t seed)
{
    uint64_t random = seed;
    for (size_t i = 0; i < PIXELS; i++)
        pixel[i] = unit_poisson(&random, mean);
}

/* The spots that are planted into a frame. */
static struct planted_spots *plant(const wn_array *array, const void *frame, uint64_t seed)
{
    struct clear_background *background;
    struct planted_spots *planted;
    wn_params params;
    wn_map *map;
    wn_params_init(&params);
    ck_assert_int_eq(wn_map_create(&params, array->height, array->width, NULL, &map), WN_OK);
    ck_assert_int_eq(clear_background_find(map, &params, array, frame, 2, &background), WN_OK);
    ck_assert_int_eq(planted_spots_make(background, frame, seed, &planted), WN_OK);
    clear_background_free(background);
    wn_map_free(map);
    return planted;
}

/* ---- spots --------------------------------------------------------------------------------- */

/* The sums of values and of their squares. */
struct planted_moments {
    double n, sum, sum2;
};

static void add(struct planted_moments *m, double value)
{
    m->n++;
    m->sum += value;
    m->sum2 += value * value;
}

static double mean_of(const struct planted_moments *m)
{
    return m->sum / m->n;
}

static double spread_of(const struct planted_moments *m)
{
    return sqrt(m->sum2 / m->n - mean_of(m) * mean_of(m));
}

/* The counts of a spot above the background. */
static double sum_above(const struct planted_spots *p, const struct planted_spot *spot, double mean)
{
    double sum = 0;
    for (size_t k = 0; k < PROFILE_PIXELS; k++)
        sum += p->value[spot->corner + k / PROFILE_EDGE * WIDTH + k % PROFILE_EDGE] - mean;
    return sum;
}

/* Counts of spots scatter by what they are said to, and are what is fitted to what was planted. */
static void measure_strengths(double mean)
{
    static uint32_t pixel[PIXELS];
    struct planted_moments counts[STRENGTHS] = {{0}}, fitted[STRENGTHS] = {{0}};
    for (uint64_t seed = 1; seed <= 16; seed++) {
        make_noise(pixel, mean, seed);
        struct planted_spots *p = plant(&ARRAY, pixel, seed);
        for (size_t i = 0; i < p->spots; i++) {
            const struct planted_spot *spot = &p->spot[i];
            add(&counts[spot->strength], sum_above(p, spot, mean));
            add(&fitted[spot->strength], spot->intensity);
        }
        planted_spots_free(p);
    }
    for (int i = 0; i < STRENGTHS; i++) {
        const double counted = mean_of(&counts[i]), its_spread = spread_of(&counts[i]);
        const double sigmas = strength_sigmas((enum strength)i);
        EXPECT(fabs(counted / its_spread / sigmas - 1) < 0.1, "mean %g: %g sigma, not %g", mean,
               counted / its_spread, sigmas);
        EXPECT(fabs(mean_of(&fitted[i]) - counted) < 4 * its_spread / sqrt(counts[i].n),
               "mean %g: %g, not %g", mean, mean_of(&fitted[i]), counted);
    }
}

START_TEST(test_strengths)
{
    measure_strengths(0.1);
    measure_strengths(2.5);
    measure_strengths(40);
}
END_TEST

/* All strengths, and one spot in each cell, which no other shares a pixel with. */
START_TEST(test_every_cell)
{
    static uint32_t pixel[PIXELS];
    static uint8_t taken[PIXELS];
    size_t of[STRENGTHS] = {0};
    make_noise(pixel, 3, 1);
    struct planted_spots *p = plant(&ARRAY, pixel, 1);
    ck_assert_uint_gt(p->spots, PIXELS / 36 / 36 * 9 / 10);
    for (size_t i = 0; i < p->spots; i++) {
        of[p->spot[i].strength]++;
        for (size_t k = 0; k < PROFILE_PIXELS; k++)
            taken[p->spot[i].corner + k / PROFILE_EDGE * WIDTH + k % PROFILE_EDGE]++;
    }
    for (size_t i = 0; i < PIXELS; i++) {
        const uint32_t value = ((const uint32_t *)p->frame)[i];
        EXPECT(taken[i] <= 1 && (taken[i] ? value >= pixel[i] : value == pixel[i]), "pixel %zu", i);
    }
    for (int i = 0; i < STRENGTHS; i++)
        ck_assert_uint_ge(of[i], p->spots / (STRENGTHS + 1));
    planted_spots_free(p);
}
END_TEST

START_TEST(test_seeds)
{
    static uint32_t pixel[PIXELS];
    make_noise(pixel, 3, 1);
    struct planted_spots *one = plant(&ARRAY, pixel, 5), *same = plant(&ARRAY, pixel, 5);
    struct planted_spots *other = plant(&ARRAY, pixel, 6);
    ck_assert(memcmp(one->frame, same->frame, sizeof pixel) == 0);
    ck_assert(memcmp(one->frame, other->frame, sizeof pixel) != 0);
    planted_spots_free(one);
    planted_spots_free(same);
    planted_spots_free(other);
}
END_TEST

/* Nothing is planted within 6 pixels of a flag or of signal: here, rows of it. */
START_TEST(test_left_out)
{
    static uint32_t pixel[PIXELS];
    make_noise(pixel, 3, 1);
    for (size_t x = 0; x < WIDTH; x++) {
        pixel[100 * WIDTH + x] = FLAG;
        pixel[300 * WIDTH + x] = 25;
    }
    struct planted_spots *p = plant(&ARRAY, pixel, 1);
    ck_assert_uint_gt(p->spots, 100);
    for (size_t i = 0; i < p->spots; i++) {
        const int row = (int)(p->spot[i].corner / WIDTH) + PROFILE_EDGE / 2;
        EXPECT(abs(row - 100) > CLEAR_RADIUS && abs(row - 300) > CLEAR_RADIUS, "row %d", row);
    }
    planted_spots_free(p);
}
END_TEST

/* What would not fit into the type is not planted. */
START_TEST(test_narrow_type)
{
    static uint8_t pixel[PIXELS];
    static const wn_array array = {.type = WN_U8, .frames = 1, .height = HEIGHT, .width = WIDTH};
    uint64_t random = 1;
    for (size_t i = 0; i < PIXELS; i++)
        pixel[i] = (uint8_t)unit_poisson(&random, 140);
    struct planted_spots *p = plant(&array, pixel, 1);
    const uint8_t *frame = p->frame;
    ck_assert_uint_gt(p->spots, PIXELS / 48 / 48);
    for (size_t i = 0; i < PIXELS; i++)
        EXPECT(frame[i] >= pixel[i] && frame[i] < UINT8_MAX, "pixel %zu", i);
    planted_spots_free(p);
}
END_TEST

/* In floats a spot has no noise of its own, and is as many sigma in any unit. */
START_TEST(test_floats)
{
    static float pixel[PIXELS];
    static const wn_array array = {.type = WN_F32, .frames = 1, .height = HEIGHT, .width = WIDTH};
    const double sigma = 1e-4;
    uint64_t random = 1;
    for (size_t i = 0; i < PIXELS; i++)
        pixel[i] = (float)(1e-3 + sigma * unit_gauss(&random));
    struct planted_spots *p = plant(&array, pixel, 1);
    ck_assert_uint_gt(p->spots, 100);
    for (size_t i = 0; i < p->spots; i++) {
        const double sigmas = p->spot[i].intensity / (sigma * PROFILE_EDGE);
        EXPECT(fabs(sigmas / strength_sigmas(p->spot[i].strength) - 1) < 0.2, "%g sigma", sigmas);
    }
    planted_spots_free(p);
}
END_TEST

/* ---- numbers ------------------------------------------------------------------------------- */

START_TEST(test_poisson)
{
    static const double mean[] = {0.01, 1, 20, 99, 101, 1e6};
    for (size_t i = 0; i < sizeof mean / sizeof mean[0]; i++) {
        struct planted_moments m = {0};
        uint64_t random = 11;
        for (int k = 0; k < 100000; k++)
            add(&m, random_poisson(&random, mean[i]));
        EXPECT(fabs(mean_of(&m) - mean[i]) < 4 * sqrt(mean[i] / m.n), "%g: %g", mean[i],
               mean_of(&m));
        EXPECT(fabs(spread_of(&m) / sqrt(mean[i]) - 1) < 0.1, "%g: spread %g", mean[i],
               spread_of(&m));
    }
    uint64_t random = 11;
    ck_assert(random_poisson(&random, 0) == 0 && random_poisson(&random, -1) == 0);
}
END_TEST

/* What is written is read again, by winnow; one more than the highest flags a pixel. */
START_TEST(test_write)
{
    for (unsigned k = 0; k < 20; k++) {
        const wn_array array = {unit_types[k / 2], k % 2, 1, 1, 3};
        const double highest = pixel_value_highest(array.type),
                     values[] = {7, highest, highest + 1};
        double read[3];
        uint8_t frame[24] = {0};
        for (size_t i = 0; i < 3; i++)
            pixel_value_write(&array, frame, i, values[i]);
        wn_pixel_values(&array, frame, 0, 3, read);
        EXPECT(read[0] == 7 && fabs(read[1] / highest - 1) < 1e-6, "%s: %g, %g",
               wn_type_name(array.type), read[0], read[1]);
        EXPECT(wn_type_size(array.type) > 2 || isnan(read[2]), "%s: %g", wn_type_name(array.type),
               read[2]);
    }
}
END_TEST

UNIT_MAIN(test_strengths, test_every_cell, test_seeds, test_left_out, test_narrow_type, test_floats,
          test_poisson, test_write)
