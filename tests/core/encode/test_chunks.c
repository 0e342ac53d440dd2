/* Chunks: there and back, their bytes, and everything that may be wrong with them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "support/unit.h"

/* Frames and the chunk that was made of them. */
struct coded {
    wn_array array;
    wn_params params;
    wn_map *map;
    uint8_t *src;
    size_t bytes;   /* of src */
    uint8_t *chunk; /* exactly `size` bytes */
    size_t size;
};

/* Encode into exactly as much room as there must be. Takes src over. */
static struct coded encode(const wn_array *array, const wn_params *params, void *src)
{
    struct coded c = {.array = *array, .params = *params, .src = src};
    c.bytes = wn_array_bytes(array);
    ck_assert_uint_gt(c.bytes, 0);
    ck_assert_int_eq(wn_map_create(params, array->height, array->width, NULL, &c.map), WN_OK);
    const size_t bound = wn_encode_bound(array);
    uint8_t *dst = malloc(bound);
    ck_assert_ptr_nonnull(dst);
    ck_assert_int_eq(wn_encode(c.map, params, array, src, 1, dst, bound, &c.size), WN_OK);
    ck_assert_uint_le(c.size, bound);
    c.chunk = unit_copy(dst, c.size);
    free(dst);
    return c;
}

static void coded_free(struct coded *c)
{
    wn_map_free(c->map);
    free(c->src);
    free(c->chunk);
}

static uint8_t *decode(const struct coded *c, const wn_map *map, wn_noise noise, int threads)
{
    uint8_t *dst = malloc(c->bytes);
    ck_assert_ptr_nonnull(dst);
    memset(dst, 0x5a, c->bytes);
    ck_assert_int_eq(wn_decode(map, c->chunk, c->size, &c->array, noise, threads, dst, c->bytes),
                     WN_OK);
    return dst;
}

/* How one of at most three frames is stored. */
static wn_frame_info frame_info(const struct coded *c, uint32_t frame)
{
    wn_frame_info info[3];
    ck_assert_int_eq(wn_chunk_frames(c->chunk, c->size, frame + 1, info), WN_OK);
    return info[frame];
}

static wn_form form_of(const struct coded *c, uint32_t frame)
{
    return frame_info(c, frame).form;
}

/* ---- there and back ------------------------------------------------------------------------ */

/* Marks for the pixels of a frame that must come back bit for bit: all that are kept, and all
 * flagged ones; flagged ones are found by what the header says about them. */
static uint8_t *exact_pixels(const struct coded *c, uint32_t frame)
{
    wn_array one = c->array;
    one.frames = 1;
    const size_t pixels = (size_t)one.height * one.width, bytes = c->bytes / c->array.frames;
    const uint8_t *src = c->src + frame * bytes;
    uint8_t *exact = unit_alloc(pixels);
    wn_separation *s = NULL;
    ck_assert_int_eq(wn_separate(c->map, &c->params, &one, src, 1, &s), WN_OK);
    for (size_t i = 0; i < s->kept; i++)
        exact[s->kept_index[i]] = 1;
    for (size_t i = 0; i < pixels; i++) {
        const uint64_t bits = unit_get(&one, src, i);
        const double value = unit_value(one.type, bits);
        if (!isfinite(value) || bits == unit_flag(one.type) ||
            (unit_is_signed(one.type) && value < 0))
            exact[i] = 1;
    }
    const wn_frame_info info = frame_info(c, frame);
    ck_assert_uint_eq(info.kept, s->kept);
    ck_assert_uint_eq(info.flagged, s->flagged);
    wn_separation_free(s);
    return exact;
}

static void expect_exact(const struct coded *c, const uint8_t *dst)
{
    const size_t pixels = (size_t)c->array.height * c->array.width;
    for (uint32_t frame = 0; frame < c->array.frames; frame++) {
        const bool separated = form_of(c, frame) == WN_FORM_SEPARATED;
        uint8_t *exact = separated ? exact_pixels(c, frame) : NULL;
        for (size_t i = 0; i < pixels; i++) {
            const size_t index = frame * pixels + i;
            EXPECT((separated && !exact[i]) ||
                       unit_get(&c->array, dst, index) == unit_get(&c->array, c->src, index),
                   "%s, %u x %u, frame %u, pixel %zu", wn_type_name(c->array.type),
                   (unsigned)c->array.width, (unsigned)c->array.height, (unsigned)frame, i);
        }
        free(exact);
    }
}

static void expect_round_trip(const wn_array *array, const wn_params *params, void *src)
{
    struct coded c = encode(array, params, src);
    uint8_t *first = NULL;
    const wn_noise noise[] = {WN_NOISE_AS_STORED, WN_NOISE_ON, WN_NOISE_OFF};
    for (int i = 0; i < 3; i++) {
        uint8_t *dst = decode(&c, c.map, noise[i], 1);
        expect_exact(&c, dst);
        /* without a map */
        uint8_t *other = decode(&c, NULL, noise[i], 1);
        ck_assert(memcmp(dst, other, c.bytes) == 0);
        free(other);
        /* noise is on unless the parameters say otherwise */
        if (i == 0)
            first = dst;
        else if (i == (params->plain_mean ? 2 : 1))
            ck_assert(memcmp(first, dst, c.bytes) == 0);
        if (i > 0)
            free(dst);
    }
    free(first);
    coded_free(&c);
}

static wn_params params_of(const wn_array *array, int variant)
{
    wn_params p = {.pick = 250, .plain_mean = variant % 2};
    if (variant / 2 % 2) {
        p.model = WN_MODEL_RADIAL;
        p.centre_x = 500 * (int32_t)array->width;
        p.centre_y = 400 * (int32_t)array->height;
        p.distance = 500000;
        p.rot1 = variant / 4 % 2 ? 100000 : 0;
        p.polarised = variant / 8 % 2;
        p.polarisation = 950;
    }
    return p;
}

START_TEST(every_type)
{
    for (size_t type = 0; type < 10; type++) {
        for (int variant = 0; variant < 16; variant++) {
            const wn_array a = {unit_types[type], (variant + (int)type) % 3 == 0,
                                variant % 3 ? 1 : 3, 140, 170};
            const struct unit_scene scene = {.seed = type,
                                             .mean = wn_type_size(a.type) == 1 ? 8 : 60,
                                             .falloff = 90,
                                             .dispersion = 1.1,
                                             .x = 80,
                                             .y = 60,
                                             .peaks = 40,
                                             .peak = 60,
                                             .gaps = true};
            const wn_params p = params_of(&a, variant);
            expect_round_trip(&a, &p, unit_frames(&a, &scene, NULL));
        }
    }
}
END_TEST

START_TEST(tiny_frames)
{
    const uint32_t shape[][2] = {{1, 1},  {1, 2}, {2, 1},  {3, 5},   {1, 300}, {300, 1},
                                 {15, 1}, {4, 4}, {1, 17}, {65, 63}, {16, 40}};
    uint64_t random = 1;
    for (size_t type = 0; type < 10; type++) {
        for (size_t i = 0; i < sizeof shape / sizeof shape[0]; i++) {
            for (int variant = 0; variant < 4; variant++) {
                const wn_array a = {unit_types[type], type % 2, 1 + (uint32_t)i % 3, shape[i][0],
                                    shape[i][1]};
                const struct unit_scene scene = {
                    .seed = unit_random(&random), .mean = 3, .dispersion = 1, .gaps = i % 2};
                const wn_params p = params_of(&a, variant);
                expect_round_trip(&a, &p, unit_frames(&a, &scene, NULL));
            }
        }
    }
}
END_TEST

static void *filled(const wn_array *a, uint64_t bits)
{
    void *src = unit_alloc(wn_array_bytes(a));
    for (size_t i = 0; i < wn_array_bytes(a) / wn_type_size(a->type); i++)
        unit_put(a, src, i, bits);
    return src;
}

/* Zeros, and frames on which everything is flagged, come back exactly. */
START_TEST(zeros_and_flags)
{
    for (size_t type = 0; type < 10; type++) {
        for (int k = 0; k < 2; k++) {
            const wn_array a = {unit_types[type], type % 2, 2, 70, 90};
            const wn_params p = params_of(&a, 2 * (int)(type % 2));
            struct coded c = encode(&a, &p, filled(&a, k ? unit_flag(a.type) : 0));
            ck_assert_uint_lt(c.size, 1500);
            uint8_t *dst = decode(&c, c.map, WN_NOISE_ON, 1);
            ck_assert(memcmp(dst, c.src, c.bytes) == 0);
            free(dst);
            coded_free(&c);
        }
    }
}
END_TEST

struct chunk_moments {
    double mean, variance;
};

static struct chunk_moments moments_of(const wn_array *a, const void *data)
{
    const size_t n = wn_array_bytes(a) / wn_type_size(a->type);
    double sum = 0, sum2 = 0;
    for (size_t i = 0; i < n; i++) {
        const double v = unit_value(a->type, unit_get(a, data, i));
        sum += v;
        sum2 += v * v;
    }
    return (struct chunk_moments){sum / (double)n, sum2 / (double)n - pow(sum / (double)n, 2)};
}

/* A frame of one value comes back as it is. */
START_TEST(constant_frames)
{
    const double value[] = {1, 2, 3, 5, 17, 60, 100};
    for (size_t type = 0; type < 10; type++) {
        for (size_t i = 0; i < sizeof value / sizeof value[0]; i++) {
            const wn_array a = {unit_types[type], false, 1, 128, 128};
            const wn_params p = params_of(&a, 0);
            struct coded c = encode(&a, &p, filled(&a, unit_bits(a.type, value[i])));
            uint8_t *dst = decode(&c, c.map, WN_NOISE_ON, 1);
            ck_assert(memcmp(dst, c.src, c.bytes) == 0);
            free(dst);
            coded_free(&c);
        }
    }
}
END_TEST

/* One value everywhere but in a peak. There is no spread that could be restored; the mean is
 * promised to half a percent (P3) all the same. */
START_TEST(constant_background)
{
    const double value[] = {1, 2, 3, 5, 17, 60, 100, 120};
    for (size_t type = 0; type < 10; type++) {
        for (size_t i = 0; i < sizeof value / sizeof value[0]; i++) {
            const wn_array a = {unit_types[type], false, 1, 128, 128};
            const wn_params p = params_of(&a, 0);
            uint8_t *src = filled(&a, unit_bits(a.type, value[i]));
            for (size_t k = 0; k < 3; k++)
                unit_put(&a, src, 5000 + k, unit_bits(a.type, 126));
            struct coded c = encode(&a, &p, src);
            const struct chunk_moments was = moments_of(&a, c.src);
            for (int noise = 1; noise <= 2; noise++) {
                uint8_t *dst = decode(&c, c.map, (wn_noise)noise, 1);
                const struct chunk_moments is = moments_of(&a, dst);
                EXPECT(fabs(is.mean / was.mean - 1) < 0.005, "%s, %g: %g restored as %g",
                       wn_type_name(a.type), value[i], was.mean, is.mean);
                EXPECT(is.variance < was.variance + 0.005 * was.mean,
                       "%s, %g: %g +- %g restored as %g +- %g", wn_type_name(a.type), value[i],
                       was.mean, sqrt(was.variance), is.mean, sqrt(is.variance));
                free(dst);
            }
            coded_free(&c);
        }
    }
}
END_TEST

/* Noise of all bits: nothing gains, and nothing may get larger than the bound or be lost. */
START_TEST(random_bits)
{
    uint64_t random = 2;
    for (size_t type = 0; type < 10; type++) {
        for (int variant = 0; variant < 4; variant++) {
            const wn_array a = {unit_types[type], variant % 3 == 0, 2, 60, 50};
            uint8_t *src = unit_alloc(wn_array_bytes(&a));
            for (size_t i = 0; i < wn_array_bytes(&a); i++)
                src[i] = (uint8_t)unit_random(&random);
            const wn_params p = params_of(&a, variant);
            expect_round_trip(&a, &p, src);
        }
    }
}
END_TEST

/* Blocks of nearly one value: steep steps between regions of laws that are narrow. Whatever is
 * encoded can be decoded. */
START_TEST(blocky_frames)
{
    uint64_t random = 3;
    for (int i = 0; i < 400; i++) {
        const uint32_t edge = 4 * (uint32_t)unit_integer(&random, 4, 16);
        const wn_array a = {WN_U16, false, 1, 3 * edge, 3 * edge};
        uint16_t value[9], *src = unit_alloc(wn_array_bytes(&a));
        for (size_t k = 0; k < 9; k++)
            value[k] = (uint16_t)unit_integer(&random, 1, k < 4 ? 20 : 250);
        value[4] = (uint16_t)unit_integer(&random, 40, 90);
        const uint64_t rarity = (uint64_t)unit_integer(&random, 20, 4000);
        for (uint32_t y = 0; y < a.height; y++) {
            for (uint32_t x = 0; x < a.width; x++)
                src[y * a.width + x] = (uint16_t)(value[y / edge * 3 + x / edge] +
                                                  (unit_random(&random) % rarity == 0));
        }
        const wn_params p = {.bins = (int32_t)edge,
                             .pick = (int32_t)unit_integer(&random, 50, 450)};
        struct coded c = encode(&a, &p, src);
        uint8_t *dst = malloc(c.bytes);
        for (int noise = 1; noise <= 2; noise++) {
            const wn_status status =
                wn_decode(c.map, c.chunk, c.size, &a, (wn_noise)noise, 1, dst, c.bytes);
            EXPECT(status == WN_OK, "case %d: %s", i, wn_strerror(status));
        }
        free(dst);
        coded_free(&c);
    }
}
END_TEST

/* Flagged pixels where the norm makes the limit of dark pixels larger than any count. */
START_TEST(flags_beyond_the_dark_limit)
{
    const wn_array a = {WN_U32, wn_native_big_endian(), 1, 100, 100};
    const wn_params p = {.centre_x = 90000,
                         .centre_y = 50000,
                         .distance = 60000,
                         .rot1 = 600000,
                         .solid_angle = true,
                         .error_model = WN_ERROR_AZIMUTHAL,
                         .pick = 500,
                         .bins = 35};
    uint32_t *src = unit_alloc(wn_array_bytes(&a));
    uint64_t random = 1;
    for (size_t i = 0; i < 10000; i++)
        src[i] = unit_random(&random) % 50 == 0 || i % 100 < 40 ? UINT32_MAX : 2436000000u;
    expect_round_trip(&a, &p, src);
}
END_TEST

/* Floats whose background float32 cannot hold, or that would leave their type when drawn, are
 * stored without loss; others are restored with their mean and spread. */
START_TEST(floats_of_any_size)
{
    const struct {
        wn_type type;
        double mean, sigma;
        bool separated;
    } of[] = {
        {WN_F64, 1000, 1, true},         {WN_F64, 1e5, 1, true},
        {WN_F64, 1e9, 1, false},         {WN_F64, 1e13, 1, false},
        {WN_F64, 1e-100, 3e-102, false}, {WN_F64, 1e-30, 3e-32, true},
        {WN_F64, 1e200, 1e198, false},   {WN_F32, 1e30, 1e28, true},
        {WN_F32, -2.9e38, 5e36, false},  {WN_F32, 2.9e38, 5e36, false},
        {WN_F32, 1e-44, 1e-45, false},
    };
    for (size_t i = 0; i < sizeof of / sizeof of[0]; i++) {
        const wn_array a = {of[i].type, wn_native_big_endian(), 1, 200, 200};
        const wn_params p = {.pick = 500};
        uint64_t random = i;
        uint8_t *src = unit_alloc(wn_array_bytes(&a));
        for (size_t k = 0; k < 40000; k++)
            unit_put(&a, src, k, unit_bits(a.type, of[i].mean + of[i].sigma * unit_gauss(&random)));
        struct coded c = encode(&a, &p, src);
        EXPECT((form_of(&c, 0) == WN_FORM_SEPARATED) == of[i].separated, "case %zu", i);
        uint8_t *dst = decode(&c, NULL, WN_NOISE_ON, 1);
        double sum = 0, sum2 = 0;
        for (size_t k = 0; k < 40000; k++) {
            const double z = (unit_value(a.type, unit_get(&a, dst, k)) - of[i].mean) / of[i].sigma;
            sum += z;
            sum2 += z * z;
        }
        EXPECT(!of[i].separated || fabs(sum / 40000) < 0.05, "case %zu: off by %g sigma", i,
               sum / 40000);
        EXPECT(!of[i].separated || fabs(sum2 / 40000 - 1) < 0.05, "case %zu: variance %g", i,
               sum2 / 40000);
        free(dst);
        coded_free(&c);
    }
}
END_TEST

/* A row so long that its tiles must be larger than parameters can ask for. */
START_TEST(very_long_rows)
{
    const wn_array a = {WN_U8, false, 1, 1, 67108880};
    const wn_params p = {0};
    uint8_t *src = unit_alloc(wn_array_bytes(&a));
    uint64_t random = 8;
    for (size_t i = 0; i < a.width; i += 8) {
        const uint64_t bits = unit_random(&random);
        for (size_t k = 0; k < 8; k++)
            src[i + k] = bits >> 4 * k & 1;
    }
    struct coded c = encode(&a, &p, src);
    ck_assert_int_eq(form_of(&c, 0), WN_FORM_SEPARATED);
    uint8_t *dst = decode(&c, NULL, WN_NOISE_ON, 1);
    free(dst);
    coded_free(&c);
}
END_TEST

/* ---- what is restored ---------------------------------------------------------------------- */

/* Promise P3: half a percent in mean and variance from 0.2 counts on, 3 percent below; on top, 4
 * sigma of the noise that is drawn. */
static void expect_restored(wn_type type, double mean, double dispersion, const wn_params *p)
{
    const wn_array a = {type, false, 2, 512, 512};
    const struct unit_scene scene = {
        .seed = (uint64_t)(1e6 * mean), .mean = mean, .dispersion = dispersion};
    struct coded c = encode(&a, p, unit_frames(&a, &scene, NULL));
    uint8_t *dst = decode(&c, c.map, WN_NOISE_ON, 2), *flat = decode(&c, c.map, WN_NOISE_OFF, 2);
    const struct chunk_moments was = moments_of(&a, c.src), is = moments_of(&a, dst);
    const struct chunk_moments smooth = moments_of(&a, flat);
    ck_assert_int_eq(form_of(&c, 0), WN_FORM_SEPARATED);
    const double promised = mean < 0.2 ? 0.03 : 0.005, n = 2 * 512 * 512;
    const double kurtosis = 3 + (6 * dispersion - 5) / mean; /* not below the law's */
    const double mean_error = 4 * sqrt(was.variance / n) / was.mean;
    const double variance_error = 4 * sqrt((fmax(kurtosis, 3) - 1) / n);
    EXPECT(fabs(is.mean / was.mean - 1) < promised + mean_error,
           "%s of %g x %g, pick %d: mean %g became %g", wn_type_name(type), mean, dispersion,
           p->pick, was.mean, is.mean);
    EXPECT(fabs(is.variance / was.variance - 1) < promised + variance_error,
           "%s of %g x %g, pick %d: variance %g became %g", wn_type_name(type), mean, dispersion,
           p->pick, was.variance, is.variance);
    EXPECT(fabs(smooth.mean / was.mean - 1) < promised, "%s of %g x %g, pick %d: mean %g became %g",
           wn_type_name(type), mean, dispersion, p->pick, was.mean, smooth.mean);
    free(dst);
    free(flat);
    coded_free(&c);
}

START_TEST(mean_and_variance_of_counts)
{
    const double mean[] = {0.05, 0.2, 0.5, 1, 2, 5, 20, 100, 200};
    const int32_t pick[] = {100, 300, 500};
    for (size_t i = 0; i < sizeof mean / sizeof mean[0]; i++) {
        for (size_t k = 0; k < 3; k++) {
            const wn_params p = {.pick = pick[k]};
            expect_restored(WN_U16, mean[i], 1, &p);
        }
        const wn_params rings = {.pick = 300, .centre_x = 255500, .centre_y = 255500};
        expect_restored(WN_I32, mean[i], 1, &rings);
    }
}
END_TEST

START_TEST(mean_and_variance_of_large_counts)
{
    const double mean[] = {240, 260, 300, 500, 1000, 1500, 5000, 30000};
    const int32_t pick[] = {100, 300, 500};
    for (size_t i = 0; i < sizeof mean / sizeof mean[0]; i++) {
        for (size_t k = 0; k < 3; k++) {
            const wn_params p = {.pick = pick[k]};
            expect_restored(WN_U16, mean[i], 1, &p);
        }
    }
}
END_TEST

START_TEST(mean_and_variance_of_other_laws)
{
    const wn_params p = {.pick = 300};
    /* with a limit of 3 counts or more, below which the dispersion cannot be told */
    const double mean[] = {3, 10, 40};
    const double dispersion[] = {0.5, 1.3, 2};
    for (size_t i = 0; i < 3; i++) {
        for (size_t k = 0; k < 3; k++) {
            expect_restored(WN_U16, mean[i], dispersion[k], &p);
            expect_restored(WN_F32, 100 * mean[i], dispersion[k], &p);
        }
    }
}
END_TEST

/* ---- bytes --------------------------------------------------------------------------------- */

static struct coded example(wn_type type, bool big_endian, uint32_t frames)
{
    const wn_array a = {type, big_endian, frames, 96, 80};
    const struct unit_scene scene = {
        .seed = 5, .mean = 2, .dispersion = 1, .peaks = 12, .peak = 50, .gaps = true};
    const wn_params p = {.pick = 300};
    return encode(&a, &p, unit_frames(&a, &scene, NULL));
}

static uint64_t number_at(const uint8_t *p, size_t bytes)
{
    uint64_t v = 0;
    for (size_t i = 0; i < bytes; i++)
        v |= (uint64_t)p[i] << 8 * i;
    return v;
}

/* The header, the records and the end, as the document has them. */
START_TEST(layout)
{
    struct coded c = example(WN_I32, true, 3);
    const uint8_t magic[] = {'W', 'N', 'W', 0x1a};
    ck_assert_mem_eq(c.chunk, magic, 4);
    ck_assert_uint_eq(c.chunk[4], 1);
    ck_assert_uint_eq(c.chunk[5], 1 + 2 + 4);
    ck_assert_uint_eq(number_at(c.chunk + 6, 2), 232);
    ck_assert_uint_eq(number_at(c.chunk + 8, 4), 3);
    ck_assert_uint_eq(number_at(c.chunk + 12, 4), 96);
    ck_assert_uint_eq(number_at(c.chunk + 16, 4), 80);
    ck_assert_uint_eq(number_at(c.chunk + 20, 4), c.size);
    ck_assert_uint_eq(number_at(c.chunk + 24, 8), XXH64(c.chunk + 32, c.size - 40, 0));
    ck_assert_uint_eq(number_at(c.chunk + c.size - 8, 8), XXH64(c.chunk, c.size - 8, 0));
    ck_assert_uint_eq(c.chunk[32], 2); /* tiles */
    ck_assert_uint_eq(number_at(c.chunk + 36, 4), 64);
    size_t at = 88;
    for (uint32_t i = 0; i < 3; i++) {
        const wn_frame_info info = frame_info(&c, i);
        ck_assert_uint_eq(c.chunk[at], info.form);
        ck_assert_uint_eq(number_at(c.chunk + at + 1, 4), info.bytes);
        ck_assert_uint_eq(number_at(c.chunk + at + 5, 4), info.kept);
        ck_assert_uint_eq(number_at(c.chunk + at + 9, 4), info.flagged);
        ck_assert_int_eq(info.form, WN_FORM_SEPARATED);
        at += 13 + info.bytes;
    }
    ck_assert_uint_eq(at + 8, c.size);
    wn_frame_info info[4] = {{.kept = 77}};
    ck_assert_int_eq(wn_chunk_frames(c.chunk, c.size, 4, info), WN_ERR_ARGUMENT);
    ck_assert_uint_eq(info[0].kept, 77);

    wn_chunk_info chunk;
    ck_assert_int_eq(wn_chunk_inspect(c.chunk, c.size, &chunk), WN_OK);
    ck_assert_uint_eq(chunk.version, 1);
    ck_assert(chunk.array.type == WN_I32 && chunk.array.big_endian && chunk.array.frames == 3 &&
              chunk.array.height == 96 && chunk.array.width == 80);
    ck_assert_int_eq(chunk.model, WN_MODEL_TILES);
    ck_assert(chunk.noise);
    ck_assert_uint_eq(chunk.seed, number_at(c.chunk + 24, 8));
    coded_free(&c);
}
END_TEST

START_TEST(nothing_separated)
{
    uint64_t random = 4;
    const wn_array a = {WN_U32, false, 2, 30, 40};
    const wn_params p = {.plain_mean = true};
    uint8_t *src = unit_alloc(wn_array_bytes(&a));
    for (size_t i = 0; i < wn_array_bytes(&a); i++)
        src[i] = (uint8_t)unit_random(&random);
    struct coded c = encode(&a, &p, src);
    ck_assert_int_eq(form_of(&c, 0), WN_FORM_RAW);
    ck_assert_uint_eq(c.size, 32 + 2 * (13 + 4800) + 8); /* no model */
    wn_chunk_info info;
    ck_assert_int_eq(wn_chunk_inspect(c.chunk, c.size, &info), WN_OK);
    ck_assert_int_eq(info.model, WN_MODEL_AUTO);
    ck_assert(!info.noise);
    wn_map *map = c.map;
    ck_assert_int_eq(wn_map_for_chunk(c.chunk, c.size, &a, &map), WN_OK);
    ck_assert_ptr_null(map);
    ck_assert(wn_map_fits(c.map, c.chunk, c.size));
    ck_assert(wn_map_fits(NULL, c.chunk, c.size));
    coded_free(&c);
}
END_TEST

/* The same counts in the other byte order: the same records, and the same frame, swapped. */
START_TEST(byte_orders)
{
    for (size_t type = 0; type < 10; type++) {
        struct coded little = example(unit_types[type], false, 2);
        struct coded big = example(unit_types[type], true, 2);
        if (form_of(&little, 0) != WN_FORM_SEPARATED)
            ck_assert_uint_eq(wn_type_size(unit_types[type]), 1); /* too small to gain */
        else {
            ck_assert_uint_eq(little.size, big.size);
            ck_assert_uint_eq(big.chunk[5], little.chunk[5] | 1);
            ck_assert_mem_eq(little.chunk + 6, big.chunk + 6, little.size - 14);
        }
        uint8_t *a = decode(&little, NULL, WN_NOISE_ON, 1), *b = decode(&big, NULL, WN_NOISE_ON, 1);
        for (size_t i = 0; i < little.bytes / wn_type_size(unit_types[type]); i++)
            EXPECT(unit_get(&little.array, a, i) == unit_get(&big.array, b, i), "%s, pixel %zu",
                   wn_type_name(unit_types[type]), i);
        free(a);
        free(b);
        coded_free(&little);
        coded_free(&big);
    }
}
END_TEST

START_TEST(threads_change_nothing)
{
    for (size_t type = 0; type < 10; type++) {
        const wn_array a = {unit_types[type], type % 2, 2, 400, 130};
        const struct unit_scene scene = {.seed = type,
                                         .mean = 10,
                                         .falloff = 300,
                                         .dispersion = 1.2,
                                         .peaks = 60,
                                         .peak = 90,
                                         .gaps = true};
        const wn_params p = params_of(&a, 2 * (int)(type % 2) + 8 * (type % 4 == 3));
        struct coded c = encode(&a, &p, unit_frames(&a, &scene, NULL));
        uint8_t *noisy = decode(&c, c.map, WN_NOISE_ON, 1);
        uint8_t *plain = decode(&c, c.map, WN_NOISE_OFF, 1);
        for (int threads = 2; threads <= 4; threads++) {
            uint8_t *dst = unit_alloc(wn_encode_bound(&a));
            size_t size = 0;
            ck_assert_int_eq(
                wn_encode(c.map, &p, &a, c.src, threads, dst, wn_encode_bound(&a), &size), WN_OK);
            ck_assert_uint_eq(size, c.size);
            ck_assert(memcmp(dst, c.chunk, size) == 0);
            free(dst);
            dst = decode(&c, c.map, WN_NOISE_ON, threads);
            ck_assert(memcmp(dst, noisy, c.bytes) == 0);
            free(dst);
            dst = decode(&c, NULL, WN_NOISE_OFF, threads);
            ck_assert(memcmp(dst, plain, c.bytes) == 0);
            free(dst);
        }
        free(noisy);
        free(plain);
        coded_free(&c);
    }
}
END_TEST

/* Frames of a chunk are drawn differently, though they may have the same background. */
START_TEST(noise_differs_from_frame_to_frame)
{
    struct coded c = example(WN_U16, false, 2);
    memcpy(c.src + c.bytes / 2, c.src, c.bytes / 2);
    struct coded twice = encode(&c.array, &c.params, unit_copy(c.src, c.bytes));
    uint8_t *dst = decode(&twice, NULL, WN_NOISE_ON, 1);
    ck_assert(memcmp(dst, dst + c.bytes / 2, c.bytes / 2) != 0);
    free(dst);
    dst = decode(&twice, NULL, WN_NOISE_OFF, 1);
    ck_assert(memcmp(dst, dst + c.bytes / 2, c.bytes / 2) == 0);
    free(dst);
    coded_free(&c);
    coded_free(&twice);
}
END_TEST

/* ---- frames that are still being written --------------------------------------------------- */

START_TEST(unwritten_frames)
{
    const wn_type types[] = {WN_U8, WN_U16, WN_I32, WN_U64};
    for (size_t type = 0; type < 4; type++) {
        for (int part = 0; part < 4; part++) {
            /* 16 rows or 1/32 of the frame, at the top or at the bottom */
            const uint32_t height = part % 2 ? 960 : 200, rows = part % 2 ? 30 : 16;
            const wn_array a = {types[type], false, 1, height, 64};
            const struct unit_scene scene = {.seed = type, .mean = 3, .dispersion = 1};
            uint8_t *src = unit_frames(&a, &scene, NULL);
            const size_t blank = rows * 64 * wn_type_size(types[type]);
            memset(part / 2 ? src + wn_array_bytes(&a) - blank : src, 0, blank);
            const wn_params p = params_of(&a, 0);
            struct coded c = encode(&a, &p, src);
            ck_assert_int_ne(form_of(&c, 0), WN_FORM_SEPARATED);
            uint8_t *dst = decode(&c, NULL, WN_NOISE_ON, 1);
            ck_assert(memcmp(dst, c.src, c.bytes) == 0);
            free(dst);
            coded_free(&c);
        }
    }
}
END_TEST

/* In a chunk of several frames, those that are all zero are yet to come. */
START_TEST(unwritten_stacks)
{
    for (size_t type = 0; type < 10; type++) {
        const wn_array a = {unit_types[type], type % 2, 3, 100, 70};
        const struct unit_scene scene = {.seed = type, .mean = 3, .dispersion = 1};
        uint8_t *src = unit_frames(&a, &scene, NULL);
        memset(src + wn_array_bytes(&a) / 3 * (type % 3), 0, wn_array_bytes(&a) / 3);
        const wn_params p = params_of(&a, 0);
        struct coded c = encode(&a, &p, src);
        uint8_t *dst = decode(&c, NULL, WN_NOISE_ON, 1);
        ck_assert(memcmp(dst, c.src, c.bytes) == 0);
        free(dst);
        coded_free(&c);
    }
}
END_TEST

/* Blank rows are nothing special where most pixels are zero anyway. */
START_TEST(written_frames)
{
    const wn_array a = {WN_U16, false, 1, 200, 256};
    const struct unit_scene scene = {.seed = 1, .mean = 0.02, .dispersion = 1};
    uint8_t *src = unit_frames(&a, &scene, NULL);
    memset(src, 0, 2 * 256 * 2);
    const wn_params p = params_of(&a, 0);
    struct coded c = encode(&a, &p, src);
    ck_assert_int_eq(form_of(&c, 0), WN_FORM_SEPARATED);
    coded_free(&c);
}
END_TEST

/* ---- room and arguments -------------------------------------------------------------------- */

static void expect_no_room(const struct coded *c)
{
    for (size_t room = 0; room < c->size; room++) {
        uint8_t *dst = malloc(room); /* exactly, for the sanitizer */
        size_t written = 4711;
        const wn_status status =
            wn_encode(c->map, &c->params, &c->array, c->src, 1, dst, room, &written);
        /* frames that do not fit separated may fit losslessly, but not in less than that */
        EXPECT(status == WN_ERR_SPACE || (status == WN_OK && written <= room), "%zu of %zu bytes",
               room, c->size);
        EXPECT(status == WN_OK || written == 4711, "%zu of %zu bytes", room, c->size);
        free(dst);
    }
}

START_TEST(no_room)
{
    const wn_array a = {WN_U16, false, 2, 16, 20};
    const struct unit_scene scene = {.seed = 3, .mean = 1, .dispersion = 1, .peaks = 1, .peak = 9};
    const wn_params p = {.pick = 300};
    struct coded c = encode(&a, &p, unit_frames(&a, &scene, NULL));
    expect_no_room(&c);
    coded_free(&c);
    uint64_t random = 5;
    uint8_t *src = unit_alloc(wn_array_bytes(&a));
    for (size_t i = 0; i < wn_array_bytes(&a); i++)
        src[i] = (uint8_t)unit_random(&random);
    c = encode(&a, &p, src);
    expect_no_room(&c);
    coded_free(&c);
}
END_TEST

START_TEST(bound)
{
    const wn_array a = {WN_U16, false, 3, 10, 20};
    ck_assert_uint_ge(wn_encode_bound(&a), 1200 + 32 + 3 * 13 + 8);
    ck_assert_uint_le(wn_encode_bound(&a), 1200 + 200);
    const wn_array none = {WN_U16, false, 0, 10, 20};
    ck_assert_uint_eq(wn_encode_bound(&none), 0);
    const wn_array most = {WN_U8, false, 1, 1, (uint32_t)WN_ARRAY_MAX};
    ck_assert_uint_lt(wn_encode_bound(&most), (size_t)INT32_MAX);
}
END_TEST

START_TEST(wrong_arguments_of_encode)
{
    const uint16_t frame[100] = {0};
    uint8_t dst[1000];
    const wn_params p = {0}, wrong = {.cycles = 101};
    wn_map *map = NULL;
    ck_assert_int_eq(wn_map_create(&p, 10, 10, NULL, &map), WN_OK);
    size_t n = 4711;
    const wn_array a = {WN_U16, false, 1, 10, 10};
    ck_assert_int_eq(wn_encode(map, &p, &a, frame, 0, dst, 1000, &n), WN_ERR_ARGUMENT);
    ck_assert_int_eq(wn_encode(map, &wrong, &a, frame, 1, dst, 1000, &n), WN_ERR_PARAMS);
    const wn_array shapes[] = {{WN_U16, false, 0, 10, 10},
                               {WN_U16, false, 1, 9, 10},
                               {WN_U16, false, 1, 10, 9},
                               {(wn_type)0, false, 1, 10, 10},
                               {WN_U16, false, 0x7fffffff, 10, 10}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        EXPECT(wn_encode(map, &p, &shapes[i], frame, 1, dst, 1000, &n) == WN_ERR_SHAPE, "shape %zu",
               i);
    ck_assert_uint_eq(n, 4711);
    wn_map_free(map);
}
END_TEST

START_TEST(wrong_arguments_of_decode)
{
    struct coded c = example(WN_U16, false, 1);
    uint8_t *dst = malloc(c.bytes);
    ck_assert_int_eq(wn_decode(NULL, c.chunk, c.size, &c.array, WN_NOISE_ON, 0, dst, c.bytes),
                     WN_ERR_ARGUMENT);
    ck_assert_int_eq(wn_decode(NULL, c.chunk, c.size, &c.array, WN_NOISE_ON, 1, dst, c.bytes - 1),
                     WN_ERR_ARGUMENT);
    const wn_array none = {0};
    ck_assert_int_eq(wn_decode(NULL, c.chunk, c.size, &none, WN_NOISE_ON, 1, dst, 0),
                     WN_ERR_ARGUMENT);
    free(dst);
    coded_free(&c);
}
END_TEST

START_TEST(another_array_is_expected)
{
    struct coded c = example(WN_U16, false, 2);
    wn_array other[6];
    for (int i = 0; i < 6; i++)
        other[i] = c.array;
    other[0].type = WN_I16;
    other[1].big_endian = true;
    other[2].frames = 1;
    other[3].height++;
    other[4].width--;
    other[5].type = WN_F64;
    for (int i = 0; i < 6; i++) {
        const size_t bytes = wn_array_bytes(&other[i]);
        uint8_t *dst = malloc(bytes);
        wn_map *map = c.map;
        EXPECT(wn_decode(c.map, c.chunk, c.size, &other[i], WN_NOISE_ON, 1, dst, bytes) ==
                   WN_ERR_MISMATCH,
               "case %d", i);
        EXPECT(wn_map_for_chunk(c.chunk, c.size, &other[i], &map) == WN_ERR_MISMATCH, "case %d", i);
        ck_assert_ptr_eq(map, c.map);
        free(dst);
    }
    coded_free(&c);
}
END_TEST

/* ---- maps ---------------------------------------------------------------------------------- */

START_TEST(maps_and_chunks)
{
    struct coded c = example(WN_U16, false, 1);
    ck_assert(wn_map_fits(c.map, c.chunk, c.size));
    wn_map *own = NULL, *other = NULL, *rings = NULL;
    ck_assert_int_eq(wn_map_for_chunk(c.chunk, c.size, &c.array, &own), WN_OK);
    ck_assert_ptr_nonnull(own);
    ck_assert(wn_map_fits(own, c.chunk, c.size));
    const wn_params tiles = {.bins = 32}, radial = {.centre_x = 40000, .centre_y = 30000};
    ck_assert_int_eq(wn_map_create(&tiles, 96, 80, NULL, &other), WN_OK);
    ck_assert_int_eq(wn_map_create(&radial, 96, 80, NULL, &rings), WN_OK);
    ck_assert(!wn_map_fits(other, c.chunk, c.size));
    ck_assert(!wn_map_fits(rings, c.chunk, c.size));
    /* one that does not fit is not used */
    uint8_t *dst = decode(&c, c.map, WN_NOISE_ON, 1), *odd = decode(&c, rings, WN_NOISE_ON, 1);
    ck_assert(memcmp(dst, odd, c.bytes) == 0);
    free(odd);
    odd = decode(&c, own, WN_NOISE_ON, 1);
    ck_assert(memcmp(dst, odd, c.bytes) == 0);
    free(odd);
    free(dst);
    /* no chunk, no fit */
    for (size_t size = 0; size < 90; size++) {
        uint8_t *part = unit_copy(c.chunk, size);
        ck_assert(!wn_map_fits(c.map, part, size));
        free(part);
    }
    c.chunk[0] = 'w';
    ck_assert(!wn_map_fits(c.map, c.chunk, c.size));
    wn_map_free(own);
    wn_map_free(other);
    wn_map_free(rings);
    coded_free(&c);
}
END_TEST

/* wn_map_for_chunk() gives no map for a chunk that needs none; the next chunk may need one. */
START_TEST(no_map_fits_no_chunk_that_needs_one)
{
    struct coded c = example(WN_U16, false, 1);
    ck_assert(!wn_map_fits(NULL, c.chunk, c.size));
    coded_free(&c);
}
END_TEST

/* A mask is not in the chunk: what it hides is flagged there, and decoding needs only the chunk. */
START_TEST(masked_pixels)
{
    uint64_t random = 6;
    for (int variant = 0; variant < 4; variant += 2) {
        const wn_array a = {WN_U16, false, 1, 90, 110};
        const struct unit_scene scene = {.seed = 7, .mean = 5, .dispersion = 1};
        const wn_params p = params_of(&a, variant);
        uint8_t *valid = unit_alloc(90 * 110), *src = unit_frames(&a, &scene, NULL);
        for (size_t i = 0; i < 90 * 110; i++)
            valid[i] = unit_random(&random) % 5 != 0 && i / 110 != 40;
        struct coded c = encode(&a, &p, src);
        wn_map *map = NULL;
        ck_assert_int_eq(wn_map_create(&p, 90, 110, valid, &map), WN_OK);
        uint8_t *chunk = unit_alloc(wn_encode_bound(&a)), *dst = malloc(c.bytes);
        size_t size = 0;
        ck_assert_int_eq(wn_encode(map, &p, &a, src, 1, chunk, wn_encode_bound(&a), &size), WN_OK);
        ck_assert_int_eq(wn_decode(NULL, chunk, size, &a, WN_NOISE_ON, 1, dst, c.bytes), WN_OK);
        wn_frame_info info;
        ck_assert_int_eq(wn_chunk_frames(chunk, size, 1, &info), WN_OK);
        size_t flagged = 0;
        for (size_t i = 0; i < 90 * 110; i++) {
            flagged += !valid[i];
            EXPECT(valid[i] || unit_get(&a, dst, i) == unit_get(&a, src, i), "pixel %zu", i);
        }
        ck_assert(info.form != WN_FORM_SEPARATED || info.flagged == flagged);
        wn_map_free(map);
        free(valid);
        free(chunk);
        free(dst);
        coded_free(&c);
    }
}
END_TEST

/* ---- damage -------------------------------------------------------------------------------- */

static wn_status try_chunk(const struct coded *c, const uint8_t *chunk, size_t size)
{
    uint8_t *exact = unit_copy(chunk, size), *dst = malloc(c->bytes);
    const wn_status status =
        wn_decode(c->map, exact, size, &c->array, WN_NOISE_ON, 1, dst, c->bytes);
    wn_chunk_info info;
    wn_frame_info frame;
    wn_map *map = NULL;
    const wn_status inspected = wn_chunk_inspect(exact, size, &info);
    const wn_status framed = wn_chunk_frames(exact, size, 1, &frame);
    const wn_status mapped = wn_map_for_chunk(exact, size, &c->array, &map);
    /* what can be decoded can be looked at */
    EXPECT(status != WN_OK || (inspected == WN_OK && framed == WN_OK && mapped == WN_OK),
           "%d %d %d", (int)inspected, (int)framed, (int)mapped);
    wn_map_free(map);
    free(exact);
    free(dst);
    return status;
}

START_TEST(cut_short)
{
    struct coded c = example(WN_U16, false, 1);
    for (size_t size = 0; size < c.size; size++) {
        const wn_status status = try_chunk(&c, c.chunk, size);
        EXPECT(status == (size < 4 ? WN_ERR_MAGIC : WN_ERR_TRUNCATED), "%zu bytes: %s", size,
               wn_strerror(status));
    }
    uint8_t *longer = unit_alloc(c.size + 1);
    memcpy(longer, c.chunk, c.size);
    ck_assert_int_eq(try_chunk(&c, longer, c.size + 1), WN_ERR_CORRUPT);
    free(longer);
    coded_free(&c);
}
END_TEST

START_TEST(any_bit_changed)
{
    struct coded c = example(WN_U16, false, 1);
    for (size_t bit = 0; bit < 8 * c.size; bit++) {
        c.chunk[bit / 8] ^= (uint8_t)(1u << bit % 8);
        const wn_status status = try_chunk(&c, c.chunk, c.size);
        EXPECT(status != WN_OK, "bit %zu", bit);
        EXPECT(bit < 32 || bit >= 40 || status == WN_ERR_VERSION, "bit %zu", bit);
        EXPECT(bit < 40 || (bit >= 160 && bit < 192) || status == WN_ERR_CHECKSUM, "bit %zu", bit);
        c.chunk[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    coded_free(&c);
}
END_TEST

/* The same with a checksum that is right: an error or some frame, but nothing worse. */
static void expect_survived(const struct coded *c)
{
    const uint8_t values[] = {0, 1, 2, 3, 127, 128, 254, 255};
    for (size_t i = 5; i < c->size - 8; i++) {
        for (size_t k = 0; k < sizeof values; k++) {
            uint8_t *wrong = unit_copy(c->chunk, c->size);
            wrong[i] = values[k];
            unit_seal(wrong, c->size);
            const wn_status status = try_chunk(c, wrong, c->size);
            EXPECT(status == WN_OK || status == WN_ERR_TRUNCATED || status == WN_ERR_CORRUPT ||
                       status == WN_ERR_VERSION || status == WN_ERR_MISMATCH,
                   "byte %zu = %u: %s", i, values[k], wn_strerror(status));
            free(wrong);
        }
    }
}

START_TEST(any_byte_forged)
{
    const wn_type types[] = {WN_U8, WN_U16, WN_I64, WN_F32};
    for (size_t i = 0; i < 4; i++) {
        const wn_array a = {types[i], i % 2, 1, 48, 40};
        const struct unit_scene scene = {
            .seed = i, .mean = 2, .dispersion = 1, .peaks = 2, .peak = 40, .gaps = true};
        wn_params p = {.pick = 400};
        if (i % 2)
            p.centre_x = p.centre_y = 20000;
        struct coded c = encode(&a, &p, unit_frames(&a, &scene, NULL));
        expect_survived(&c);
        coded_free(&c);
    }
}
END_TEST

/* Sections that a reader may not know: above 127 they are skipped, below they are refused. */
START_TEST(unknown_sections)
{
    struct coded c = example(WN_U16, false, 1);
    const uint8_t section[] = {200, 3, 0, 0, 0, 'a', 'b', 'c'};
    const size_t size = c.size + sizeof section;
    uint8_t *longer = unit_alloc(size), *dst = malloc(c.bytes);
    memcpy(longer, c.chunk, c.size - 8);
    memcpy(longer + c.size - 8, section, sizeof section);
    const uint64_t bytes = number_at(c.chunk + 89, 4) + sizeof section;
    for (size_t i = 0; i < 4; i++)
        longer[89 + i] = (uint8_t)(bytes >> 8 * i);
    unit_seal(longer, size);
    uint8_t *expected = decode(&c, NULL, WN_NOISE_ON, 1);
    ck_assert_int_eq(wn_decode(NULL, longer, size, &c.array, WN_NOISE_ON, 1, dst, c.bytes), WN_OK);
    ck_assert(memcmp(dst, expected, c.bytes) == 0);
    for (unsigned tag = 0; tag < 128; tag++) {
        longer[c.size - 8] = (uint8_t)tag;
        unit_seal(longer, size);
        const wn_status status = try_chunk(&c, longer, size);
        EXPECT(status == (tag <= 8 ? WN_ERR_CORRUPT : WN_ERR_VERSION), "tag %u: %s", tag,
               wn_strerror(status));
    }
    free(longer);
    free(dst);
    free(expected);
    coded_free(&c);
}
END_TEST

/* A record after the last frame, or one too few. */
START_TEST(number_of_records)
{
    struct coded c = example(WN_U16, false, 2);
    uint8_t *wrong = unit_copy(c.chunk, c.size);
    struct coded one = c;
    one.array.frames = 1;
    one.bytes /= 2;
    wrong[8] = 1;
    unit_seal(wrong, c.size);
    ck_assert_int_eq(try_chunk(&one, wrong, c.size), WN_ERR_CORRUPT);
    struct coded three = c;
    three.array.frames = 3;
    three.bytes = three.bytes / 2 * 3;
    wrong[8] = 3;
    unit_seal(wrong, c.size);
    ck_assert_int_eq(try_chunk(&three, wrong, c.size), WN_ERR_TRUNCATED);
    /* a form that does not exist; no model though a frame is separated */
    memcpy(wrong, c.chunk, c.size);
    wrong[88] = 4;
    unit_seal(wrong, c.size);
    ck_assert_int_eq(try_chunk(&c, wrong, c.size), WN_ERR_VERSION);
    memcpy(wrong, c.chunk, c.size);
    wrong[5] &= 3;
    memmove(wrong + 32, wrong + 88, c.size - 88);
    unit_seal(wrong, c.size - 56);
    ck_assert_int_eq(try_chunk(&c, wrong, c.size - 56), WN_ERR_CORRUPT);
    free(wrong);
    coded_free(&c);
}
END_TEST

START_TEST(newer_version)
{
    struct coded c = example(WN_U16, false, 1);
    c.chunk[4] = 2;
    unit_seal(c.chunk, c.size);
    ck_assert_int_eq(try_chunk(&c, c.chunk, c.size), WN_ERR_VERSION);
    coded_free(&c);
}
END_TEST

UNIT_MAIN(every_type, tiny_frames, zeros_and_flags, constant_frames, constant_background,
          random_bits, blocky_frames, flags_beyond_the_dark_limit, floats_of_any_size,
          very_long_rows, mean_and_variance_of_counts, mean_and_variance_of_large_counts,
          mean_and_variance_of_other_laws, layout, nothing_separated, byte_orders,
          threads_change_nothing, noise_differs_from_frame_to_frame, unwritten_frames,
          unwritten_stacks, written_frames, no_room, bound, wrong_arguments_of_encode,
          wrong_arguments_of_decode, another_array_is_expected, maps_and_chunks,
          no_map_fits_no_chunk_that_needs_one, masked_pixels, cut_short, any_bit_changed,
          any_byte_forged, unknown_sections, number_of_records, newer_version)
