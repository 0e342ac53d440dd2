/* Restoring a frame, bit for bit as the document says (plugin/FORMAT.md, 7 and 8). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/element_type.h"
#include "decode/densify.h"
#include "decode/separated_frame.h"
#include "frame/pixels.h"
#include "geometry/map.h"
#include "stats/gauss_quantiles.h"
#include "stats/philox.h"
#include "support/reference.h"
#include "support/unit.h"

/* ---- by the document ----------------------------------------------------------------------- */

/* A frame that is restored: the arguments of wn_densify(), and the table of the Gaussian. */
struct restoring {
    const wn_map *map;
    const struct separated_frame *frame;
    wn_array array; /* of one frame, in the machine's byte order */
    const struct noise_key *noise;
    double q[GAUSS_QUANTILES + 1];
};

static double value_at(const struct restoring *r, double position)
{
    const int i = position < 1023 ? (int)floor(position) : 1023;
    return r->q[i] + (position - i) * (r->q[i + 1] - r->q[i]);
}

static double position_of(const struct restoring *r, double z)
{
    if (!(z > r->q[0]))
        return 0;
    if (z >= r->q[1024])
        return 1024;
    int i = 0;
    while (!(z < r->q[i + 1]))
        i++;
    return i + (z - r->q[i]) / (r->q[i + 1] - r->q[i]);
}

/* The distribution of a cell. */
struct plain_law {
    double mean, dispersion, sigma, limit;
    double below; /* Gaussian: position of the limit */
    bool gaussian;
};

static struct plain_law law_of(const struct restoring *r, size_t cell)
{
    const struct profile *p = &r->frame->profile;
    const size_t region = r->map->cell_region[cell];
    const double norm = r->map->cell_norm[cell], surface = plain_surface(r->map, p->mean, cell);
    struct plain_law law = {0};
    if (unit_is_float(r->array.type)) {
        law = (struct plain_law){.mean = surface * norm, .sigma = p->sigma[region] * norm};
        law.limit = plain_surface(r->map, p->limit, cell) * norm;
        law.gaussian = true;
    } else {
        law = (struct plain_law){.mean = (surface > 0 ? surface : 0) * norm,
                                 .dispersion = p->dispersion[region],
                                 .limit = (double)r->frame->first_kept[cell] - 1};
        law.gaussian = law.limit > 255;
        law.sigma = sqrt(law.dispersion * law.mean);
    }
    const double limit = unit_is_float(r->array.type) ? law.limit : law.limit + 0.5;
    law.below = law.sigma > 0 ? position_of(r, (limit - law.mean) / law.sigma) : 1024;
    return law;
}

static double plain_weights(const struct plain_law *law, double weight[256])
{
    const double a = 1 - 1 / law->dispersion, b = law->mean / law->dispersion - a;
    double sum = weight[0] = 1;
    for (int k = 1; k <= (int)law->limit; k++) {
        const double factor = a + b / k;
        weight[k] = factor > 0 ? weight[k - 1] * factor : 0;
        sum += weight[k];
    }
    return sum;
}

struct cell_column {
    uint32_t first, second;
};

static void plain_columns(const double *weight, double sum, int limit, int columns,
                          struct cell_column *column)
{
    double fill[256];
    int poor[256], rich[256], n_poor = 0, n_rich = 0;
    const double scale = columns / sum;
    for (int j = 0; j < columns; j++) {
        fill[j] = j <= limit ? weight[j] * scale : 0;
        if (fill[j] < 1)
            poor[n_poor++] = j;
        else
            rich[n_rich++] = j;
        column[j] = (struct cell_column){16777215, (uint32_t)j};
    }
    while (n_poor > 0 && n_rich > 0) {
        const int j = poor[--n_poor], g = rich[n_rich - 1];
        column[j] = (struct cell_column){(uint32_t)floor(fill[j] * 16777216.0), (uint32_t)g};
        fill[g] = fill[g] - (1 - fill[j]);
        if (fill[g] < 1)
            poor[n_poor++] = rich[--n_rich];
    }
}

static uint32_t plain_draw(const struct plain_law *law, uint32_t word)
{
    double weight[256];
    struct cell_column column[256];
    int bits = 1;
    while ((int)law->limit >= 1 << bits)
        bits++;
    const double sum = plain_weights(law, weight);
    plain_columns(weight, sum, (int)law->limit, 1 << bits, column);
    const uint32_t j = word >> (32 - bits), f = (word << bits) >> 8;
    return f < column[j].first ? j : column[j].second;
}

static uint64_t noisy_pixel(const struct restoring *r, const struct plain_law *law, uint32_t word)
{
    if (law->gaussian) {
        const double v = law->mean + law->sigma * value_at(r, word / 4294967296.0 * law->below);
        if (unit_is_float(r->array.type))
            return unit_bits(r->array.type, v);
        const double w = v + 0.5;
        return !(w >= 1) ? 0 : w > law->limit ? (uint64_t)law->limit : (uint64_t)floor(w);
    }
    return plain_draw(law, word);
}

static double plain_mean(const struct restoring *r, const struct plain_law *law)
{
    double mean = 0;
    if (law->gaussian) {
        const int whole = (int)floor(law->below);
        double sum = 0;
        for (int i = 0; i < whole; i++)
            sum += 0.5 * (r->q[i] + r->q[i + 1]);
        if (law->below < 1024)
            sum += (law->below - whole) * (0.5 * (r->q[whole] + value_at(r, law->below)));
        mean = law->mean + law->sigma * (law->below > 0 ? sum / law->below : r->q[0]);
    } else {
        double weight[256];
        const double sum = plain_weights(law, weight);
        for (int k = 1; k <= (int)law->limit; k++)
            mean += weight[k] * k;
        mean /= sum;
    }
    if (unit_is_float(r->array.type))
        return mean;
    return mean < 0 ? 0 : mean > law->limit ? law->limit : mean;
}

/* Means of all cells; laws[cell]: distributions of the cells that have one. */
static void restore_means(const struct restoring *r, const struct plain_law *law,
                          const bool *has_law, void *dst)
{
    const wn_map *map = r->map;
    double *mean = unit_alloc(map->cells * sizeof *mean), highest = 0;
    for (size_t c = 0; c < map->cells; c++) {
        mean[c] = has_law[c] ? plain_mean(r, &law[c]) : 0;
        highest = mean[c] > highest ? mean[c] : highest;
    }
    int s = 30;
    while (s > 0 && (highest + 2) * ldexp(1, s) >= 4294967296.0)
        s--;
    for (uint32_t y = 0; y < map->height; y++) {
        for (uint32_t x = 0; x < map->width; x++) {
            const size_t i = (size_t)y * map->width + x;
            const double m = mean[map->cell[i]];
            const uint32_t d = 3242174889u * x + 2447445414u * y;
            const uint64_t fixed = (uint64_t)floor(m * ldexp(1, s));
            unit_put(&r->array, dst, i,
                     unit_is_float(r->array.type) ? unit_bits(r->array.type, m)
                                                  : (fixed + (d >> 1 >> (31 - s))) >> s);
        }
    }
    free(mean);
}

static void restore_noise(const struct restoring *r, const struct plain_law *law,
                          const bool *has_law, void *dst)
{
    const size_t pixels = (size_t)r->map->height * r->map->width;
    uint32_t word[PHILOX_GROUP] = {0};
    for (size_t i = 0; i < pixels; i++) {
        const size_t cell = r->map->cell[i];
        if (i % PHILOX_GROUP == 0)
            wn_philox_group_plain(r->noise->seed, r->noise->frame, (uint32_t)(i / PHILOX_GROUP),
                                  word);
        unit_put(&r->array, dst, i,
                 has_law[cell] ? noisy_pixel(r, &law[cell], word[i % PHILOX_GROUP]) : 0);
    }
}

static void *restore(const struct restoring *r)
{
    const wn_map *map = r->map;
    uint8_t *dst = unit_alloc(wn_array_bytes(&r->array));
    struct plain_law *law = unit_alloc(map->cells * sizeof *law);
    bool *has_law = unit_alloc(map->cells);
    for (size_t c = 0; c < map->cells; c++) {
        has_law[c] = unit_is_float(r->array.type) ||
                     (map->cell_pixels[c] > 0 && r->frame->first_kept[c] > 0);
        if (has_law[c])
            law[c] = law_of(r, c);
    }
    if (r->noise)
        restore_noise(r, law, has_law, dst);
    else
        restore_means(r, law, has_law, dst);
    for (size_t k = 0; k < r->frame->flagged.n; k++) {
        const struct rect *a = &r->frame->flagged.area[k];
        for (uint32_t i = 0; i < a->width * a->height; i++)
            unit_put(&r->array, dst, a->first + i / a->width * map->width + i % a->width, a->bits);
    }
    for (size_t k = 0; k < r->frame->kept; k++)
        unit_put(&r->array, dst, r->frame->kept_index[k], r->frame->kept_bits[k]);
    free(law);
    free(has_law);
    return dst;
}

/* ---- frames -------------------------------------------------------------------------------- */

static wn_map *random_map(uint64_t *random)
{
    const uint32_t height = (uint32_t)unit_integer(random, 1, 60);
    const uint32_t width = (uint32_t)unit_integer(random, 1, 90);
    wn_params p = {.bins = 4 * (int32_t)unit_integer(random, 1, 10)};
    if (unit_random(random) % 2) {
        p.centre_x = 1000 * (int32_t)width / 2 + 300;
        p.centre_y = 1000 * (int32_t)height / 3 + 100;
        p.distance = 150000;
        p.rot1 = unit_random(random) % 2 ? 100000 : 0;
        p.solid_angle = unit_random(random) % 2;
    }
    wn_map *map = NULL;
    ck_assert_int_eq(wn_map_create(&p, height, width, NULL, &map), WN_OK);
    return map;
}

static double *values(size_t n, double low, double high, uint64_t *random)
{
    double *value = unit_alloc(n * sizeof *value);
    for (size_t i = 0; i < n; i++)
        value[i] = exp(log(low) + log(high / low) * unit_uniform(random));
    return value;
}

/* What chunks hold: counts up to `most` were dropped. */
static struct separated_frame random_frame(const wn_map *map, wn_type type, double most,
                                           uint64_t *random)
{
    struct separated_frame f = {.profile = {.regions = map->regions}};
    const double highest = fmin(most, unit_value(type, unit_flag(type)));
    f.profile.mean = values(map->regions, 0.02, unit_is_float(type) ? most : highest, random);
    if (unit_is_float(type)) {
        f.profile.sigma = values(map->regions, 0.1, 10, random);
        f.profile.limit = unit_alloc(map->regions * sizeof(double));
        for (size_t i = 0; i < map->regions; i++) {
            if (unit_random(random) % 5 == 0)
                f.profile.mean[i] *= -1;
            if (unit_random(random) % 9 == 0)
                f.profile.sigma[i] = 0;
            f.profile.limit[i] =
                f.profile.mean[i] + (6 * unit_uniform(random) - 2) * f.profile.sigma[i];
        }
    } else {
        /* large means go with large limits: sums of their weights would overflow */
        const double lowest = highest > 260 ? 257 : 1;
        f.profile.dispersion = values(map->regions, 0.6, 4, random);
        f.first_kept = unit_alloc(map->cells * sizeof *f.first_kept);
        for (size_t c = 0; c < map->cells; c++) {
            const double first = lowest * pow(highest / lowest, unit_uniform(random));
            const bool mixed = wn_type_maximum(type) > 1000 && unit_random(random) % 8 == 0;
            f.first_kept[c] = mixed                          ? 700
                              : unit_random(random) % 8 == 0 ? 0
                                                             : (uint32_t)(first + 0.5);
        }
        if (unit_random(random) % 4 == 0)
            f.profile.mean[0] = 0;
    }
    const size_t pixels = (size_t)map->height * map->width;
    f.kept_index = unit_alloc(pixels * sizeof *f.kept_index);
    f.kept_bits = unit_alloc(pixels * sizeof *f.kept_bits);
    for (size_t i = 0; i < pixels; i++) {
        if (unit_random(random) % 30)
            continue;
        f.kept_index[f.kept] = (uint32_t)i;
        f.kept_bits[f.kept++] = unit_bits(type, (double)unit_integer(random, 0, 120));
    }
    f.flagged.area = unit_alloc(sizeof *f.flagged.area);
    f.flagged.n = 1;
    f.flagged.area[0] = (struct rect){map->width / 2, map->width - map->width / 2,
                                      (map->height + 1) / 2, unit_flag(type)};
    return f;
}

static void expect_restored(const struct restoring *r)
{
    const size_t bytes = wn_array_bytes(&r->array);
    uint8_t *expected = restore(r);
    for (int threads = 1; threads <= 3; threads++) {
        for (size_t shift = 0; shift < 2; shift++) { /* dst need not be aligned */
            uint8_t *dst = malloc(bytes + shift);
            ck_assert_ptr_nonnull(dst);
            memset(dst, 0xa5, bytes + shift);
            ck_assert_int_eq(
                wn_densify(r->map, r->frame, r->array.type, r->noise, threads, dst + shift), WN_OK);
            for (size_t i = 0; i < bytes; i++)
                EXPECT(dst[i + shift] == expected[i],
                       "%s, %u x %u, %s noise, byte %zu: %02x, not %02x",
                       wn_type_name(r->array.type), (unsigned)r->map->width,
                       (unsigned)r->map->height, r->noise ? "with" : "without", i, dst[i + shift],
                       expected[i]);
            free(dst);
        }
    }
    free(expected);
}

static void expect_type(wn_type type, uint64_t seed, int frames)
{
    uint64_t random = seed;
    for (int i = 0; i < frames; i++) {
        const double most[] = {3, 100, 250, 3000, 1e9};
        wn_map *map = random_map(&random);
        struct separated_frame f = random_frame(map, type, most[i % 5], &random);
        const struct noise_key key = {unit_random(&random), (uint32_t)(i * i)};
        struct restoring r = {.map = map,
                              .frame = &f,
                              .array = {type, wn_native_big_endian(), 1, map->height, map->width}};
        wn_gauss_quantiles_fill(r.q);
        expect_restored(&r);
        r.noise = &key;
        expect_restored(&r);
        wn_separated_frame_free(&f);
        ck_assert_ptr_null(f.kept_index);
        wn_map_free(map);
    }
}

START_TEST(integers_of_8_bits)
{
    expect_type(WN_U8, 1, 10);
    expect_type(WN_I8, 2, 10);
}
END_TEST

START_TEST(integers_of_16_bits)
{
    expect_type(WN_U16, 3, 15);
    expect_type(WN_I16, 4, 15);
}
END_TEST

START_TEST(integers_of_32_bits)
{
    expect_type(WN_U32, 5, 15);
    expect_type(WN_I32, 6, 15);
}
END_TEST

START_TEST(integers_of_64_bits)
{
    expect_type(WN_U64, 7, 15);
    expect_type(WN_I64, 8, 15);
}
END_TEST

START_TEST(floats)
{
    expect_type(WN_F32, 9, 20);
    expect_type(WN_F64, 10, 20);
}
END_TEST

/* ---- what it is good for ------------------------------------------------------------------- */

/* Without noise the mean over a patch is kept by the dither: whatever the mean, the sum over n
 * pixels is off by far less than rounding each of them alike would make it. */
START_TEST(dither_keeps_the_mean)
{
    const wn_params p = {.bins = 64};
    wn_map *map = NULL;
    ck_assert_int_eq(wn_map_create(&p, 64, 64, NULL, &map), WN_OK);
    uint32_t *first_kept = unit_alloc(map->cells * sizeof *first_kept);
    for (size_t c = 0; c < map->cells; c++)
        first_kept[c] = 200;
    for (double mean = 0.01; mean < 60; mean *= 1.07) {
        double dispersion = 1;
        double region_mean = mean;
        struct separated_frame f = {
            .profile = {.regions = 1, .mean = &region_mean, .dispersion = &dispersion},
            .first_kept = first_kept};
        uint16_t dst[64 * 64];
        ck_assert_int_eq(wn_densify(map, &f, WN_U16, NULL, 1, dst), WN_OK);
        double sum = 0;
        for (size_t i = 0; i < 64 * 64; i++) {
            EXPECT(fabs(dst[i] - mean) < 1, "mean %g: %u", mean, dst[i]);
            sum += dst[i];
        }
        EXPECT(fabs(sum / 4096 - mean) < 0.004, "mean %g: %g", mean, sum / 4096);
        /* and over every 16 x 16 pixels of it */
        for (size_t block = 0; block < 16; block++) {
            double part = 0;
            for (size_t i = 0; i < 256; i++)
                part += dst[(block / 4 * 16 + i / 16) * 64 + block % 4 * 16 + i % 16];
            EXPECT(fabs(part / 256 - mean) < 0.03, "mean %g: %g", mean, part / 256);
        }
    }
    free(first_kept);
    wn_map_free(map);
}
END_TEST

UNIT_MAIN(integers_of_8_bits, integers_of_16_bits, integers_of_32_bits, integers_of_64_bits, floats,
          dither_keeps_the_mean)
