#include "densify.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "laws.h"
#include "philox.h"

void separated_frame_free(struct separated_frame *frame)
{
    profile_free(&frame->profile);
    free(frame->first_kept);
    area_list_free(&frame->flagged);
    free(frame->kept_index);
    free(frame->kept_bits);
    *frame = (struct separated_frame){0};
}

/* ---- storing elements ---------------------------------------------------------------------- */

/* n counts as integer elements from dst[first] on. */
static void store_counts(const uint32_t *count, size_t n, size_t element_size, void *dst,
                         size_t first)
{
    uint8_t *to = (uint8_t *)dst + first * element_size;
    switch (element_size) {
    case 1:
        for (size_t i = 0; i < n; i++)
            to[i] = (uint8_t)count[i];
        break;
    case 2:
        for (size_t i = 0; i < n; i++) {
            const uint16_t v = (uint16_t)count[i];
            memcpy(to + 2 * i, &v, sizeof v);
        }
        break;
    case 4:
        memcpy(to, count, 4 * n);
        break;
    default:
        for (size_t i = 0; i < n; i++) {
            const uint64_t v = count[i];
            memcpy(to + 8 * i, &v, sizeof v);
        }
    }
}

/* Where counts can be written: into dst itself where its elements are like counts, else into the
 * buffer, from which store_counts() fetches them. */
static uint32_t *counts_in_place(wn_type type, void *dst, size_t first, uint32_t *buffer)
{
    const bool alike = type == WN_U32 || type == WN_I32;
    const bool aligned = (uintptr_t)dst % _Alignof(uint32_t) == 0;
    return alike && aligned ? (uint32_t *)dst + first : buffer;
}

static void store_bits(uint64_t bits, size_t element_size, void *dst, size_t index)
{
    uint8_t *to = (uint8_t *)dst + index * element_size;
    const uint8_t v8 = (uint8_t)bits;
    const uint16_t v16 = (uint16_t)bits;
    const uint32_t v32 = (uint32_t)bits;
    switch (element_size) {
    case 1:
        *to = v8;
        break;
    case 2:
        memcpy(to, &v16, sizeof v16);
        break;
    case 4:
        memcpy(to, &v32, sizeof v32);
        break;
    default:
        memcpy(to, &bits, sizeof bits);
    }
}

static void store_real(double value, wn_type type, void *dst, size_t index)
{
    const float narrow = (float)value;
    if (type == WN_F32)
        memcpy((uint8_t *)dst + index * sizeof narrow, &narrow, sizeof narrow);
    else
        memcpy((uint8_t *)dst + index * sizeof value, &value, sizeof value);
}

/* ---- with noise ---------------------------------------------------------------------------- */

/* The two loops below are the decoder's time. Built for AVX2 and AVX-512 as well, with gathers. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define MANY_PIXELS __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define MANY_PIXELS
#endif

MANY_PIXELS
static void draw_tables(const uint32_t *restrict table, const uint32_t *restrict column,
                        const uint16_t *restrict cell, const uint32_t *restrict random, size_t n,
                        uint32_t *restrict count)
{
    for (size_t i = 0; i < n; i++)
        count[i] = draw_table(column, table[cell[i]], random[i]);
}

static void draw_mixed(const struct laws *laws, const uint16_t *cell, const uint32_t *random,
                       size_t n, uint32_t *count)
{
    for (size_t i = 0; i < n; i++) {
        const uint32_t table = laws->table[cell[i]];
        const struct gauss_law *gauss = &laws->gauss[cell[i]];
        count[i] = table == GAUSS ? count_of_real(gauss, draw_gauss(laws, gauss, random[i]))
                                  : draw_table(laws->column, table, random[i]);
    }
}

static void draw_reals(const struct laws *laws, const uint16_t *cell, const uint32_t *random,
                       size_t n, wn_type type, void *dst, size_t first)
{
    for (size_t i = 0; i < n; i++)
        store_real(draw_gauss(laws, &laws->gauss[cell[i]], random[i]), type, dst, first + i);
}

static wn_status fill_with_noise(const wn_map *map, const struct separated_frame *frame,
                                 wn_type type, const struct noise_key *key, int threads, void *dst)
{
    const size_t pixels = (size_t)map->height * map->width, size = wn_type_size(type);
    const size_t groups = (pixels + PHILOX_GROUP - 1) / PHILOX_GROUP;
    const bool real = is_float_type(type);
    struct laws laws;
    const wn_status status = real ? laws_of_reals(map, &frame->profile, &laws)
                                  : laws_of_counts(map, &frame->profile, frame->first_kept, &laws);
    if (status != WN_OK)
        return status;
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (size_t g = 0; g < groups; g++) {
        uint32_t random[PHILOX_GROUP], count[PHILOX_GROUP];
        const size_t first = g * PHILOX_GROUP;
        const size_t n = at_most(pixels - first, PHILOX_GROUP);
        const uint16_t *cell = map->cell + first;
        philox_group(key->seed, key->frame, (uint32_t)g, random);
        if (real) {
            draw_reals(&laws, cell, random, n, type, dst, first);
            continue;
        }
        uint32_t *to = counts_in_place(type, dst, first, count);
        if (laws.gauss)
            draw_mixed(&laws, cell, random, n, to);
        else
            draw_tables(laws.table, laws.column, cell, random, n, to);
        if (to == count)
            store_counts(count, n, size, dst, first);
    }
    laws_free(&laws);
    return WN_OK;
}

/* ---- without noise ------------------------------------------------------------------------- */

/* Generators of the R2 sequence (Roberts, 2018): the powers of the inverse of the plastic number,
 * times 2^32. Its points fill the plane evenly, so that the rounding errors cancel over any patch
 * of pixels. */
#define R2_X 3242174889u
#define R2_Y 2447445414u

/* Means as fixed-point numbers with `fraction` bits behind the point: adding the dither and cutting
 * the fraction off rounds up just as often as the fraction says. */
struct fixed_means {
    uint32_t *mean; /* [cells] */
    int fraction;
};

static void fix_means(const double *mean, size_t n, struct fixed_means *fixed)
{
    double highest = 0;
    for (size_t i = 0; i < n; i++)
        highest = mean[i] > highest ? mean[i] : highest;
    fixed->fraction = 30;
    while (fixed->fraction > 0 &&
           (highest + 2) * (double)((uint64_t)1 << fixed->fraction) >= 4294967296.0)
        fixed->fraction--;
    const double scale = (double)((uint64_t)1 << fixed->fraction);
    for (size_t i = 0; i < n; i++)
        fixed->mean[i] = (uint32_t)(mean[i] * scale);
}

MANY_PIXELS
static void round_means(const uint32_t *restrict mean, int fraction, const uint16_t *restrict cell,
                        uint32_t dither, size_t n, uint32_t *restrict count)
{
    for (size_t i = 0; i < n; i++) {
        const uint32_t step = (dither + (uint32_t)i * R2_X) >> 1 >> (31 - fraction);
        count[i] = (mean[cell[i]] + step) >> fraction;
    }
}

static wn_status fill_with_means(const wn_map *map, const struct separated_frame *frame,
                                 wn_type type, int threads, void *dst)
{
    const size_t size = wn_type_size(type), width = map->width;
    const bool real = is_float_type(type);
    double *mean = malloc(map->cells * sizeof *mean);
    struct fixed_means fixed = {.mean = malloc(map->cells * sizeof *fixed.mean)};
    wn_status status = mean && fixed.mean ? WN_OK : WN_ERR_MEMORY;
    if (status == WN_OK)
        status = real ? means_of_reals(map, &frame->profile, mean)
                      : means_of_counts(map, &frame->profile, frame->first_kept, mean);
    if (status == WN_OK && !real)
        fix_means(mean, map->cells, &fixed);
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (uint32_t y = 0; y < (status == WN_OK ? map->height : 0); y++) {
        uint32_t count[PHILOX_GROUP];
        for (size_t x = 0; x < width; x += PHILOX_GROUP) {
            const size_t n = at_most(width - x, PHILOX_GROUP);
            const size_t first = y * width + x;
            const uint16_t *cell = map->cell + first;
            for (size_t i = 0; real && i < n; i++)
                store_real(mean[cell[i]], type, dst, first + i);
            if (real)
                continue;
            uint32_t *to = counts_in_place(type, dst, first, count);
            round_means(fixed.mean, fixed.fraction, cell, (uint32_t)x * R2_X + y * R2_Y, n, to);
            if (to == count)
                store_counts(count, n, size, dst, first);
        }
    }
    free(mean);
    free(fixed.mean);
    return status;
}

/* ---- what is exact ------------------------------------------------------------------------- */

static void overlay(const wn_map *map, const struct separated_frame *frame, size_t size, void *dst)
{
    for (size_t i = 0; i < frame->flagged.n; i++) {
        const struct area *a = &frame->flagged.area[i];
        for (uint32_t row = 0; row < a->height; row++) {
            const size_t first = a->first + (size_t)row * map->width;
            for (uint32_t column = 0; column < a->width; column++)
                store_bits(a->bits, size, dst, first + column);
        }
    }
    for (size_t i = 0; i < frame->kept; i++)
        store_bits(frame->kept_bits[i], size, dst, frame->kept_index[i]);
}

wn_status densify(const wn_map *map, const struct separated_frame *frame, wn_type type,
                  const struct noise_key *noise, int threads, void *dst)
{
    const wn_status status = noise ? fill_with_noise(map, frame, type, noise, threads, dst)
                                   : fill_with_means(map, frame, type, threads, dst);
    if (status == WN_OK)
        overlay(map, frame, wn_type_size(type), dst);
    return status;
}
