/* Frames of a chunk as they are stored: the pixels, and the distributions of the background. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/unit.h"

/* A stack, the chunk of it, and its map. */
struct stored_stack {
    wn_array array;
    wn_params params;
    wn_map *map;
    size_t bytes; /* of data */
    uint8_t *data;
    uint8_t *chunk; /* exactly `size` bytes */
    size_t size;
};

static struct stored_stack stack_of(const wn_array *array, const wn_params *params, double mean)
{
    const struct unit_scene scene = {.seed = 11,
                                     .mean = mean,
                                     .falloff = 0.6 * array->width,
                                     .dispersion = 1.1,
                                     .x = 0.5 * array->width,
                                     .y = 0.4 * array->height,
                                     .peaks = 12,
                                     .peak = 50,
                                     .gaps = true};
    struct stored_stack s = {.array = *array, .params = *params, .bytes = wn_array_bytes(array)};
    const size_t bound = wn_encode_bound(array);
    uint8_t *chunk = unit_alloc(bound);
    s.data = unit_frames(array, &scene, NULL);
    ck_assert_int_eq(wn_map_create(params, array->height, array->width, NULL, &s.map), WN_OK);
    ck_assert_int_eq(wn_encode(s.map, params, array, s.data, 1, chunk, bound, &s.size), WN_OK);
    s.chunk = unit_copy(chunk, s.size);
    free(chunk);
    return s;
}

static void stack_free(struct stored_stack *s)
{
    wn_map_free(s->map);
    free(s->data);
    free(s->chunk);
}

static wn_params params_of(const wn_array *array, int variant)
{
    wn_params p = {.pick = 250};
    if (variant > 0) {
        p.model = WN_MODEL_RADIAL;
        p.centre_x = 500 * (int32_t)array->width;
        p.centre_y = 400 * (int32_t)array->height;
        p.distance = 500000;
        p.polarised = variant > 1;
        p.polarisation = 950;
    }
    return p;
}

static wn_stored_frame *stored_of(const struct stored_stack *s, const wn_map *map, uint32_t frame)
{
    wn_stored_frame *f = NULL;
    ck_assert_int_eq(wn_chunk_stored_frame(map, s->chunk, s->size, &s->array, frame, &f), WN_OK);
    return f;
}

static uint8_t *decoded(const struct stored_stack *s, wn_noise noise)
{
    uint8_t *dst = unit_alloc(s->bytes);
    ck_assert_int_eq(wn_decode(s->map, s->chunk, s->size, &s->array, noise, 1, dst, s->bytes),
                     WN_OK);
    return dst;
}

/* ---- pixels -------------------------------------------------------------------------------- */

static bool is_flag(wn_type type, uint64_t bits)
{
    return bits == unit_flag(type) || (unit_is_signed(type) && unit_value(type, bits) < 0);
}

static void expect_pixels(const struct stored_stack *s, const wn_stored_frame *f, uint32_t frame)
{
    wn_array one = s->array;
    one.frames = 1;
    const size_t pixels = (size_t)one.height * one.width;
    const uint8_t *data = s->data + frame * (s->bytes / s->array.frames);
    wn_frame_info info[3];
    ck_assert_int_eq(wn_chunk_frames(s->chunk, s->size, frame + 1, info), WN_OK);
    ck_assert_int_eq(f->form, WN_FORM_SEPARATED);
    ck_assert_uint_eq(f->kept, info[frame].kept);
    ck_assert_uint_eq(f->flagged, info[frame].flagged);
    ck_assert_uint_eq(f->block, (uint32_t)s->params.block);

    wn_separation *separation = NULL;
    ck_assert_int_eq(wn_separate(s->map, &s->params, &one, data, 1, &separation), WN_OK);
    ck_assert_uint_eq(f->kept, separation->kept);
    ck_assert_uint_eq(f->flagged, separation->flagged);
    ck_assert_uint_gt(f->kept, 0);
    ck_assert(memcmp(f->kept_index, separation->kept_index, f->kept * sizeof *f->kept_index) == 0);
    wn_separation_free(separation);

    size_t next = 0;
    for (size_t i = 0; i < pixels; i++) {
        const bool listed = next < f->flagged && f->flagged_index[next] == i;
        EXPECT(listed == is_flag(one.type, unit_get(&one, data, i)), "%s, pixel %zu",
               wn_type_name(one.type), i);
        next += listed;
    }
    ck_assert_uint_eq(next, f->flagged);
}

/* ---- background ---------------------------------------------------------------------------- */

/* Sums over the background pixels of each cell. */
struct cell_sum {
    double n, sum, sum2;
};

static struct cell_sum *sums_of(const struct stored_stack *s, const wn_stored_frame *f,
                                const uint8_t *data, uint32_t frame)
{
    const size_t pixels = (size_t)s->array.height * s->array.width;
    struct cell_sum *sum = unit_alloc(f->cells * sizeof *sum);
    size_t kept = 0, flagged = 0;
    for (size_t i = 0; i < pixels; i++) {
        const bool is_kept = kept < f->kept && f->kept_index[kept] == i;
        const bool is_flagged = flagged < f->flagged && f->flagged_index[flagged] == i;
        kept += is_kept;
        flagged += is_flagged;
        if (is_kept || is_flagged)
            continue;
        const uint64_t bits = unit_get(&s->array, data, frame * pixels + i);
        const double value = unit_value(s->array.type, bits);
        struct cell_sum *cell = &sum[wn_map_cell_of(s->map, i)];
        cell->n++;
        cell->sum += value;
        cell->sum2 += value * value;
    }
    return sum;
}

/* Without noise a pixel is the mean but for dithering, which cancels over many pixels. */
static void expect_means(const struct stored_stack *s, const wn_stored_frame *f,
                         const uint8_t *plain, uint32_t frame)
{
    struct cell_sum *sum = sums_of(s, f, plain, frame);
    double excess = 0, n = 0;
    ck_assert_uint_eq(f->cells, wn_map_cells(s->map));
    for (size_t i = 0; i < f->cells; i++) {
        const struct cell_sum *c = &sum[i];
        if (c->n == 0) {
            EXPECT(f->mean[i] == 0 && f->sigma[i] == 0, "cell %zu", i);
            continue;
        }
        const double most = unit_is_float(s->array.type) ? 1e-5 : fmin(1, 4 / sqrt(c->n));
        EXPECT(fabs(c->sum / c->n - f->mean[i]) <= most, "%s, cell %zu of %g pixels: %g is not %g",
               wn_type_name(s->array.type), i, c->n, c->sum / c->n, f->mean[i]);
        excess += c->sum - c->n * f->mean[i];
        n += c->n;
    }
    EXPECT(fabs(excess / n) < 0.005, "%s: %g counts per pixel", wn_type_name(s->array.type),
           excess / n);
    free(sum);
}

/* With noise, cells of many pixels have this mean and spread to five standard errors. */
static void expect_spreads(const struct stored_stack *s, const wn_stored_frame *f,
                           const uint8_t *noisy, uint32_t frame)
{
    struct cell_sum *sum = sums_of(s, f, noisy, frame);
    size_t tested = 0;
    for (size_t i = 0; i < f->cells; i++) {
        const struct cell_sum *c = &sum[i];
        if (c->n < 100)
            continue;
        const double mean = c->sum / c->n, sigma = sqrt(fmax(c->sum2 / c->n - mean * mean, 0));
        const double error = f->sigma[i] / sqrt(c->n);
        EXPECT(fabs(mean - f->mean[i]) <= 5 * error, "%s, cell %zu: mean %g is not %g +- %g",
               wn_type_name(s->array.type), i, mean, f->mean[i], error);
        EXPECT(fabs(sigma - f->sigma[i]) <= 5 * error, "%s, cell %zu: sigma %g is not %g +- %g",
               wn_type_name(s->array.type), i, sigma, f->sigma[i], error);
        tested++;
    }
    ck_assert_uint_gt(tested, 10);
    free(sum);
}

START_TEST(what_is_stored)
{
    for (size_t type = 0; type < 10; type++) {
        for (int variant = 0; variant < 3; variant++) {
            const wn_array a = {unit_types[type], type % 2, 1 + (uint32_t)variant, 200, 260};
            const wn_params p = params_of(&a, variant);
            struct stored_stack s = stack_of(&a, &p, wn_type_size(a.type) == 1 ? 10 : 60);
            uint8_t *plain = decoded(&s, WN_NOISE_OFF), *noisy = decoded(&s, WN_NOISE_ON);
            for (uint32_t frame = 0; frame < a.frames; frame++) {
                wn_stored_frame *f = stored_of(&s, frame % 2 ? NULL : s.map, frame);
                expect_pixels(&s, f, frame);
                expect_means(&s, f, plain, frame);
                expect_spreads(&s, f, noisy, frame);
                wn_stored_frame_free(f);
            }
            free(plain);
            free(noisy);
            stack_free(&s);
        }
    }
}
END_TEST

/* Clusters with a distribution, and with blocks; outliers with blocks. */
static wn_params with_places(wn_params p, int form)
{
    p.keep = form == 3 ? WN_KEEP_OUTLIER : WN_KEEP_CLUSTER;
    p.block = form == 0 ? 0 : 1 + form;
    p.pick = 350;
    return p;
}

/* Pixels that are drawn from blocks have the sums of raw ones, and nearly their spread: within a
 * block it is Poisson's, here it is 1.1 times that. Tiles follow this scene only roughly. */
static void expect_like_raw(const struct stored_stack *s, const wn_stored_frame *f,
                            const uint8_t *noisy, uint32_t frame)
{
    struct cell_sum *sum = sums_of(s, f, noisy, frame);
    double total = 0, expected = 0, scatter = 0, expected_scatter = 0;
    for (size_t i = 0; i < f->cells; i++) {
        const struct cell_sum *c = &sum[i];
        total += c->sum;
        expected += c->n * f->mean[i];
        scatter += c->n > 1 ? (c->sum2 - c->sum * c->sum / c->n) * c->n / (c->n - 1) : 0;
        expected_scatter += c->n > 1 ? c->n * f->sigma[i] * f->sigma[i] : 0;
    }
    EXPECT(fabs(total / expected - 1) < 0.02, "%s, blocks of %d: %g counts, not %g",
           wn_type_name(s->array.type), (int)s->params.block, total, expected);
    EXPECT(s->params.centre_x == 0 || fabs(scatter / expected_scatter - 1) < 0.12,
           "%s, blocks of %d: scatter %g, not %g", wn_type_name(s->array.type),
           (int)s->params.block, scatter, expected_scatter);
    free(sum);
}

/* The kept grid is listed pixel by pixel. */
START_TEST(places_and_blocks)
{
    for (size_t type = 0; type < 8; type++) {
        for (int variant = 0; variant < 8; variant++) {
            const wn_array a = {unit_types[type], type % 2, 1 + (uint32_t)variant % 2, 200, 260};
            const wn_params p = with_places(params_of(&a, variant % 3), variant % 4);
            struct stored_stack s = stack_of(&a, &p, wn_type_size(a.type) == 1 ? 5 : 40);
            uint8_t *plain = decoded(&s, WN_NOISE_OFF), *noisy = decoded(&s, WN_NOISE_ON);
            for (uint32_t frame = 0; frame < a.frames; frame++) {
                wn_stored_frame *f = stored_of(&s, frame % 2 ? NULL : s.map, frame);
                expect_pixels(&s, f, frame);
                if (p.block == 0) {
                    expect_means(&s, f, plain, frame);
                    expect_spreads(&s, f, noisy, frame);
                } else {
                    expect_like_raw(&s, f, noisy, frame);
                }
                wn_stored_frame_free(f);
            }
            free(plain);
            free(noisy);
            stack_free(&s);
        }
    }
}
END_TEST

/* Counts so high that their distributions are Gaussian. */
START_TEST(many_counts)
{
    for (int variant = 0; variant < 3; variant++) {
        const wn_array a = {WN_U32, false, 1, 200, 260};
        const wn_params p = params_of(&a, variant);
        struct stored_stack s = stack_of(&a, &p, 4000);
        uint8_t *plain = decoded(&s, WN_NOISE_OFF), *noisy = decoded(&s, WN_NOISE_ON);
        wn_stored_frame *f = stored_of(&s, s.map, 0);
        expect_pixels(&s, f, 0);
        expect_means(&s, f, plain, 0);
        expect_spreads(&s, f, noisy, 0);
        wn_stored_frame_free(f);
        free(plain);
        free(noisy);
        stack_free(&s);
    }
}
END_TEST

/* A frame of one value is stored without loss. */
START_TEST(lossless_frames)
{
    const wn_array a = {WN_U16, false, 1, 90, 80};
    const wn_params p = params_of(&a, 0);
    const size_t bound = wn_encode_bound(&a);
    uint8_t *data = unit_alloc(wn_array_bytes(&a)), *chunk = unit_alloc(bound);
    size_t size;
    wn_map *map;
    ck_assert_int_eq(wn_map_create(&p, a.height, a.width, NULL, &map), WN_OK);
    ck_assert_int_eq(wn_encode(map, &p, &a, data, 1, chunk, bound, &size), WN_OK);
    wn_stored_frame *f = NULL;
    ck_assert_int_eq(wn_chunk_stored_frame(NULL, chunk, size, &a, 0, &f), WN_OK);
    ck_assert_int_eq(f->form, WN_FORM_LOSSLESS);
    ck_assert_uint_eq(f->kept + f->flagged + f->cells, 0);
    wn_stored_frame_free(f);
    wn_stored_frame_free(NULL);
    wn_map_free(map);
    free(data);
    free(chunk);
}
END_TEST

/* A frame that is kept whole has no background, and is not listed pixel by pixel. */
START_TEST(whole_frames)
{
    const wn_array a = {WN_U16, false, 1, 90, 80};
    const wn_params p = {.keep = WN_KEEP_ALL};
    struct stored_stack s = stack_of(&a, &p, 20);
    wn_stored_frame *f = stored_of(&s, s.map, 0);
    ck_assert_int_eq(f->form, WN_FORM_COUNTED);
    ck_assert_uint_eq(f->kept + f->flagged + f->cells, 0);
    wn_stored_frame_free(f);
    stack_free(&s);
}
END_TEST

/* ---- cells --------------------------------------------------------------------------------- */

START_TEST(cells_of_maps)
{
    for (int variant = 0; variant < 3; variant++) {
        const wn_array a = {WN_U16, false, 1, 120, 150};
        const wn_params p = params_of(&a, variant);
        wn_map *map;
        ck_assert_int_eq(wn_map_create(&p, a.height, a.width, NULL, &map), WN_OK);
        const double ring = variant ? wn_map_radius(map, 1) - wn_map_radius(map, 0) : 0;
        const double half = ring / (variant == 1 ? 16 : 4);
        for (size_t i = 0; i < (size_t)a.height * a.width; i++) {
            const size_t cell = wn_map_cell_of(map, i);
            EXPECT(cell < wn_map_cells(map), "pixel %zu", i);
            const double radius = wn_map_cell_radius(map, cell);
            if (variant == 0) {
                EXPECT(isnan(radius), "cell %zu", cell);
                continue;
            }
            const double x = (double)(i % a.width) - 0.5 * a.width;
            const double y = (double)(i / a.width) - 0.4 * a.height;
            EXPECT(fabs(hypot(x, y) - radius) < 1.0001 * half, "pixel %zu", i);
        }
        wn_map_free(map);
    }
}
END_TEST

/* ---- chunks that are wrong ----------------------------------------------------------------- */

START_TEST(refusals)
{
    const wn_array a = {WN_U16, false, 2, 90, 100};
    const wn_params p = params_of(&a, 0);
    struct stored_stack s = stack_of(&a, &p, 20);
    wn_stored_frame *f = NULL;
    ck_assert_int_eq(wn_chunk_stored_frame(s.map, s.chunk, s.size, &a, 2, &f), WN_ERR_ARGUMENT);
    wn_array other = a;
    other.width = 99;
    ck_assert_int_eq(wn_chunk_stored_frame(s.map, s.chunk, s.size, &other, 0, &f), WN_ERR_MISMATCH);
    for (size_t size = 0; size < s.size; size++) {
        uint8_t *cut = unit_copy(s.chunk, size);
        EXPECT(wn_chunk_stored_frame(s.map, cut, size, &a, 0, &f) != WN_OK, "%zu bytes", size);
        free(cut);
    }
    s.chunk[s.size / 2] ^= 1;
    ck_assert_int_eq(wn_chunk_stored_frame(s.map, s.chunk, s.size, &a, 0, &f), WN_ERR_CHECKSUM);
    ck_assert_ptr_null(f);
    stack_free(&s);
}
END_TEST

static void expect_within(const wn_stored_frame *f, size_t pixels)
{
    for (size_t i = 0; i < f->kept; i++)
        EXPECT(f->kept_index[i] < (i + 1 < f->kept ? f->kept_index[i + 1] : pixels), "%zu", i);
    for (size_t i = 0; i < f->flagged; i++)
        EXPECT(f->flagged_index[i] < (i + 1 < f->flagged ? f->flagged_index[i + 1] : pixels), "%zu",
               i);
}

/* Whatever a chunk with the right checksum says: no error of memory, and what can be decoded can be
 * read as it is stored. */
START_TEST(hostile_chunks)
{
    uint64_t random = 5;
    for (int variant = 0; variant < 7; variant++) {
        const wn_array a = {variant == 2 ? WN_F32 : WN_U16, false, 2, 60, 70};
        wn_params p = params_of(&a, variant % 3);
        if (variant > 2)
            p = with_places(p, variant % 4);
        struct stored_stack s = stack_of(&a, &p, 20);
        uint8_t *dst = unit_alloc(s.bytes);
        for (int i = 0; i < 3000; i++) {
            uint8_t *chunk = unit_copy(s.chunk, s.size);
            for (int64_t k = unit_integer(&random, 1, 3); k > 0; k--)
                chunk[unit_integer(&random, 32, (int64_t)s.size - 9)] =
                    (uint8_t)unit_random(&random);
            unit_seal(chunk, s.size);
            const wn_status whole =
                wn_decode(NULL, chunk, s.size, &a, WN_NOISE_OFF, 1, dst, s.bytes);
            for (uint32_t frame = 0; frame < a.frames; frame++) {
                wn_stored_frame *f = NULL;
                const wn_status status = wn_chunk_stored_frame(NULL, chunk, s.size, &a, frame, &f);
                EXPECT(status == WN_OK || whole != WN_OK, "variant %d, %d: %s", variant, i,
                       wn_strerror(status));
                ck_assert((status == WN_OK) == !!f);
                if (f)
                    expect_within(f, (size_t)a.height * a.width);
                wn_stored_frame_free(f);
            }
            free(chunk);
        }
        free(dst);
        stack_free(&s);
    }
}
END_TEST

UNIT_MAIN(what_is_stored, places_and_blocks, many_counts, lossless_frames, whole_frames,
          cells_of_maps, refusals, hostile_chunks)
