/* Round trips of chunks: kept and flagged pixels exactly, the background by its mean and variance.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/encode/test_chunks.h"
#include "support/unit.h"

/* ---- round trips --------------------------------------------------------------------------- */

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

/* Blocks of nearly one value: steep steps between regions with narrow distributions. Whatever is
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
    const double kurtosis =
        3 + (6 * dispersion - 5) / mean; /* not below that of the distribution */
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
    /* with a limit of 3 counts or more, below which the dispersion cannot be measured */
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

UNIT_MAIN(every_type, tiny_frames, zeros_and_flags, constant_frames, constant_background,
          random_bits, blocky_frames, flags_beyond_the_dark_limit, floats_of_any_size,
          very_long_rows, mean_and_variance_of_counts, mean_and_variance_of_large_counts,
          mean_and_variance_of_other_laws)
