/* Frames that were separated elsewhere: kept and flagged pixels and the background come back. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/unit.h"

#define HEIGHT 320
#define WIDTH  256
#define PIXELS ((size_t)HEIGHT * WIDTH)

/* A frame, separated by the library itself, as if another program had done it. */
struct case_of_type {
    wn_array array;
    wn_params params;
    wn_map *map;
    uint8_t *data, *kind;
    wn_separation *separation;
    double *mean, *sigma;
};

static bool is_flag(wn_type type, uint64_t bits)
{
    return bits == unit_flag(type) || (unit_is_signed(type) && unit_value(type, bits) < 0);
}

static struct case_of_type begin(wn_type type, bool big_endian, int variant)
{
    struct case_of_type c = {
        .array = {type, big_endian, 1, HEIGHT, WIDTH},
        .params = {.pick = 300, .noise_floor = 100, .compat_pyfai = true, .bins = 64}};
    const struct unit_scene scene = {.seed = 21,
                                     .mean = wn_type_size(type) == 1 ? 12 : 40,
                                     .falloff = 200,
                                     .dispersion = 1,
                                     .x = 140,
                                     .y = 120,
                                     .peaks = 20,
                                     .peak = 50,
                                     .gaps = true};
    if (variant > 0) {
        c.params.centre_x = 140000;
        c.params.centre_y = 120000;
        c.params.distance = 400000;
        c.params.polarised = variant > 1;
        c.params.polarisation = 990;
    }
    c.data = unit_frames(&c.array, &scene, NULL);
    c.kind = unit_alloc(PIXELS);
    ck_assert_int_eq(wn_map_create(&c.params, HEIGHT, WIDTH, NULL, &c.map), WN_OK);
    ck_assert_int_eq(wn_separate(c.map, &c.params, &c.array, c.data, 1, &c.separation), WN_OK);
    const wn_separation *s = c.separation;
    c.mean = unit_alloc(s->regions * sizeof *c.mean);
    c.sigma = unit_alloc(s->regions * sizeof *c.sigma);
    for (size_t i = 0; i < s->regions; i++) {
        c.mean[i] = s->background[i].mean;
        c.sigma[i] = s->background[i].sigma;
    }
    for (size_t i = 0; i < PIXELS; i++)
        c.kind[i] =
            is_flag(type, unit_get(&c.array, c.data, i)) ? WN_PIXEL_FLAGGED : WN_PIXEL_BACKGROUND;
    for (size_t i = 0; i < s->kept; i++)
        c.kind[s->kept_index[i]] = WN_PIXEL_KEPT;
    return c;
}

static void end(struct case_of_type *c)
{
    wn_map_free(c->map);
    wn_separation_free(c->separation);
    free(c->data);
    free(c->kind);
    free(c->mean);
    free(c->sigma);
}

/* What wn_encode_external() says; the chunk, of exactly its size, goes to *chunk. */
static wn_status encode(const struct case_of_type *c, uint8_t **chunk, size_t *size)
{
    const wn_external_frame given = {c->mean, c->sigma, c->kind, c->data};
    const size_t bound = wn_encode_bound(&c->array);
    uint8_t *dst = unit_alloc(bound);
    const wn_status status =
        wn_encode_external(c->map, &c->params, &c->array, &given, dst, bound, size);
    if (status == WN_OK)
        *chunk = unit_copy(dst, *size);
    free(dst);
    return status;
}

static uint8_t *decode(const struct case_of_type *c, const uint8_t *chunk, size_t size,
                       wn_noise noise)
{
    const size_t bytes = wn_array_bytes(&c->array);
    uint8_t *dst = unit_alloc(bytes);
    ck_assert_int_eq(wn_decode(c->map, chunk, size, &c->array, noise, 1, dst, bytes), WN_OK);
    return dst;
}

static void expect_exact(const struct case_of_type *c, const uint8_t *dst)
{
    for (size_t i = 0; i < PIXELS; i++)
        EXPECT(c->kind[i] == WN_PIXEL_BACKGROUND ||
                   unit_get(&c->array, dst, i) == unit_get(&c->array, c->data, i),
               "%s, pixel %zu", wn_type_name(c->array.type), i);
}

struct external_sums {
    double n, sum, sum2;
};

/* What is given for a pixel: between rings by linear interpolation, as FabIO has it. */
static double given_at(const struct case_of_type *c, const double *value, size_t pixel)
{
    const size_t regions = wn_map_regions(c->map);
    if (c->params.centre_x == 0)
        return value[wn_map_region_of(c->map, pixel)];
    const double first = wn_map_radius(c->map, 0), step = wn_map_radius(c->map, 1) - first;
    const double radius = hypot((double)(pixel % WIDTH) - 140, (double)(pixel / WIDTH) - 120);
    const double at = fmin(fmax((radius - first) / step, 0), (double)regions - 1);
    const size_t i = (size_t)at, next = i + 1 < regions ? i + 1 : i;
    return value[i] + (at - (double)i) * (value[next] - value[i]);
}

/* Over the background pixels of each region. */
static struct external_sums *sums_of(const struct case_of_type *c, const uint8_t *dst)
{
    struct external_sums *sums = unit_alloc(wn_map_regions(c->map) * sizeof *sums);
    for (size_t i = 0; i < PIXELS; i++) {
        if (c->kind[i] != WN_PIXEL_BACKGROUND)
            continue;
        const double value = unit_value(c->array.type, unit_get(&c->array, dst, i));
        struct external_sums *s = &sums[wn_map_region_of(c->map, i)];
        s->n++;
        s->sum += value;
        s->sum2 += value * value;
    }
    return sums;
}

/* The means of large regions are those given, to 10 % of the spread, and the spread to 10 % of its
 * square; tiles have their slope as well. With normalisation what is given is no counts, and is not
 * compared. */
static void expect_background(const struct case_of_type *c, const uint8_t *plain,
                              const uint8_t *noisy)
{
    const size_t regions = wn_map_regions(c->map);
    struct external_sums *p = sums_of(c, plain), *n = sums_of(c, noisy);
    double *expected = unit_alloc(regions * sizeof *expected);
    double spread = 0, given = 0;
    for (size_t i = 0; i < PIXELS; i++) {
        if (c->kind[i] == WN_PIXEL_BACKGROUND)
            expected[wn_map_region_of(c->map, i)] += given_at(c, c->mean, i);
    }
    for (size_t i = 0; i < regions && !c->params.polarised; i++) {
        if (p[i].n < 200)
            continue;
        const double mean = p[i].sum / p[i].n, noisy_mean = n[i].sum / n[i].n;
        EXPECT(fabs(mean - expected[i] / p[i].n) < 0.1 * c->sigma[i], "%s, region %zu: %g, not %g",
               wn_type_name(c->array.type), i, mean, expected[i] / p[i].n);
        if (c->params.centre_x == 0)
            continue;
        spread += n[i].sum2 - n[i].n * noisy_mean * noisy_mean;
        given += n[i].n * c->sigma[i] * c->sigma[i];
    }
    EXPECT(given == 0 || fabs(spread / given - 1) < 0.1, "%s: variance %g times that given",
           wn_type_name(c->array.type), spread / given);
    free(expected);
    free(p);
    free(n);
}

START_TEST(what_is_given)
{
    for (size_t type = 0; type < 10; type++) {
        for (int variant = 0; variant < 3; variant++) {
            struct case_of_type c = begin(unit_types[type], type % 2, variant);
            uint8_t *chunk = NULL;
            size_t size = 0;
            wn_frame_info info;
            ck_assert_int_eq(encode(&c, &chunk, &size), WN_OK);
            ck_assert_int_eq(wn_chunk_frames(chunk, size, 1, &info), WN_OK);
            ck_assert_int_eq(info.form, WN_FORM_SEPARATED);
            ck_assert_uint_eq(info.kept, c.separation->kept);
            ck_assert_uint_gt(info.kept, 0);
            ck_assert_uint_gt(info.flagged, 0);
            uint8_t *plain = decode(&c, chunk, size, WN_NOISE_OFF);
            uint8_t *noisy = decode(&c, chunk, size, WN_NOISE_ON);
            expect_exact(&c, plain);
            expect_exact(&c, noisy);
            expect_background(&c, plain, noisy);
            free(plain);
            free(noisy);
            free(chunk);
            end(&c);
        }
    }
}
END_TEST

/* Kept pixels below the cut-off, or negative, or flags among them: whatever is said to be kept is
 * restored. */
START_TEST(any_kept_pixels)
{
    uint64_t random = 9;
    for (size_t type = 0; type < 10; type++) {
        struct case_of_type c = begin(unit_types[type], false, (int)type % 2);
        for (size_t i = 0; i < PIXELS; i++)
            c.kind[i] =
                (uint8_t)(unit_random(&random) % 40 == 0 ? 1 + unit_random(&random) % 2 : 0);
        uint8_t *chunk = NULL;
        size_t size = 0;
        ck_assert_int_eq(encode(&c, &chunk, &size), WN_OK);
        uint8_t *plain = decode(&c, chunk, size, WN_NOISE_OFF);
        expect_exact(&c, plain);
        free(plain);
        free(chunk);
        end(&c);
    }
}
END_TEST

/* What is larger than the frame itself is stored without loss, background rounded. */
START_TEST(no_gain)
{
    for (size_t type = 0; type < 10; type++) {
        struct case_of_type c = begin(unit_types[type], type % 2, 0);
        uint64_t random = 3;
        memset(c.kind, WN_PIXEL_KEPT, PIXELS);
        for (size_t i = 0; i < wn_array_bytes(&c.array); i++)
            c.data[i] = (uint8_t)unit_random(&random);
        c.kind[17] = WN_PIXEL_BACKGROUND;
        c.mean[0] = 4.4;
        uint8_t *chunk = NULL;
        size_t size = 0;
        wn_frame_info info;
        ck_assert_int_eq(encode(&c, &chunk, &size), WN_OK);
        ck_assert_int_eq(wn_chunk_frames(chunk, size, 1, &info), WN_OK);
        uint8_t *plain = decode(&c, chunk, size, WN_NOISE_OFF);
        expect_exact(&c, plain);
        const double value = unit_value(c.array.type, unit_get(&c.array, plain, 17));
        EXPECT(info.form == WN_FORM_SEPARATED || fabs(value - 4.4) < 4, "%s: %g",
               wn_type_name(c.array.type), value);
        free(plain);
        free(chunk);
        end(&c);
    }
}
END_TEST

START_TEST(refusals)
{
    struct case_of_type c = begin(WN_U16, false, 1);
    uint8_t *chunk = NULL;
    size_t size = 0;
    c.mean[3] = NAN;
    ck_assert_int_eq(encode(&c, &chunk, &size), WN_ERR_ARGUMENT);
    c.mean[3] = 2;
    c.sigma[5] = -1;
    ck_assert_int_eq(encode(&c, &chunk, &size), WN_ERR_ARGUMENT);
    c.sigma[5] = 1;
    const wn_external_frame given = {c.mean, c.sigma, c.kind, c.data};
    uint8_t small[100];
    ck_assert_int_eq(
        wn_encode_external(c.map, &c.params, &c.array, &given, small, sizeof small, &size),
        WN_ERR_SPACE);
    c.array.frames = 2;
    ck_assert_int_eq(encode(&c, &chunk, &size), WN_ERR_ARGUMENT);
    c.array.frames = 1;
    c.array.width--;
    ck_assert_int_eq(encode(&c, &chunk, &size), WN_ERR_SHAPE);
    end(&c);
}
END_TEST

UNIT_MAIN(what_is_given, any_kept_pixels, no_gain, refusals)
