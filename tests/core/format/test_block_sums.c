/* Blocks of counts as readers see them: the counts drawn for the pixels of a block from its sum are
 * those of format/block_sums.h and stats/binomial.h, bit for bit, and follow the profile. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/binomial.h"
#include "stats/dither.h"
#include "stats/philox.h"
#include "support/unit.h"

/* A chunk of blocks, and what it says about its first frames. */
struct drawn {
    wn_array array;
    size_t pixels; /* of a frame */
    unsigned edge;
    wn_map *map;
    uint8_t *raw;
    uint8_t *chunk;
    size_t size;
    uint64_t seed;
};

static struct drawn encode(const wn_array *array, const wn_params *params,
                           const struct unit_scene *scene, const uint8_t *valid)
{
    struct drawn d = {.array = *array, .edge = (unsigned)params->block};
    d.pixels = (size_t)array->height * array->width;
    d.raw = unit_frames(array, scene, NULL);
    ck_assert_int_eq(wn_map_create(params, array->height, array->width, valid, &d.map), WN_OK);
    const size_t bound = wn_encode_bound(array);
    d.chunk = unit_alloc(bound);
    ck_assert_int_eq(wn_encode(d.map, params, array, d.raw, 1, d.chunk, bound, &d.size), WN_OK);
    wn_chunk_info info;
    ck_assert_int_eq(wn_chunk_inspect(d.chunk, d.size, &info), WN_OK);
    d.seed = info.seed;
    return d;
}

static void drawn_free(struct drawn *d)
{
    wn_map_free(d->map);
    free(d->raw);
    free(d->chunk);
}

static uint8_t *decode(const struct drawn *d, wn_noise noise)
{
    const size_t bytes = wn_array_bytes(&d->array);
    uint8_t *frames = unit_alloc(bytes);
    ck_assert_int_eq(wn_decode(d->map, d->chunk, d->size, &d->array, noise, 1, frames, bytes),
                     WN_OK);
    return frames;
}

/* Expected counts of the background pixels of a frame, 0 for others. */
static float *expected_counts(const struct drawn *d, uint32_t frame)
{
    wn_stored_frame *stored = NULL;
    ck_assert_int_eq(wn_chunk_stored_frame(d->map, d->chunk, d->size, &d->array, frame, &stored),
                     WN_OK);
    EXPECT(stored->form == WN_FORM_SEPARATED, "edge %u, seed %d", d->edge, (int)d->raw[0]);
    float *expected = unit_alloc(d->pixels * sizeof *expected);
    for (size_t i = 0; i < d->pixels; i++)
        expected[i] = (float)stored->mean[wn_map_cell_of(d->map, i)];
    for (size_t i = 0; i < stored->kept; i++)
        expected[stored->kept_index[i]] = 0;
    for (size_t i = 0; i < stored->flagged; i++)
        expected[stored->flagged_index[i]] = 0;
    wn_stored_frame_free(stored);
    return expected;
}

/* ---- a plain version ----------------------------------------------------------------------- */

/* One block: its first pixel, and all that is needed to draw it. */
struct test_block {
    const struct drawn *d;
    const float *expected;
    const struct binomial_tables *splits; /* NULL: without noise */
    uint32_t even;
    uint32_t frame;
    size_t x, y;
};

/* Whether pixel k of the block is in the frame; then *pixel is its number there. */
static bool in_frame(const struct test_block *b, unsigned k, size_t *pixel)
{
    const size_t x = b->x + k % b->d->edge, y = b->y + k / b->d->edge;
    *pixel = y * b->d->array.width + x;
    return x < b->d->array.width && y < b->d->array.height;
}

static float weight(const struct test_block *b, unsigned low, unsigned high)
{
    size_t pixel;
    if (high - low == 1)
        return in_frame(b, low, &pixel) ? b->expected[pixel] : 0;
    const unsigned middle = low + (high - low) / 2;
    return weight(b, low, middle) + weight(b, middle, high);
}

/* The random word that part number j of the block is split with. */
static uint32_t word_of(const struct test_block *b, unsigned j)
{
    const size_t edge = b->d->edge, across = (b->d->array.width + edge - 1) / edge;
    const size_t column = b->x / edge, line = (edge * edge - 1) * (b->y / edge) + j;
    if (!b->splits)
        return dither_of((uint32_t)column, (uint32_t)line);
    const size_t at = line * across + column;
    uint32_t word[PHILOX_GROUP];
    wn_philox_group_plain(b->d->seed, b->frame, (uint32_t)(at / PHILOX_GROUP), word);
    return word[at % PHILOX_GROUP];
}

static uint32_t part(uint32_t n, float first, float second, uint32_t word)
{
    const double share = first + second > 0 ? (double)(first / (first + second)) : 0.5;
    const double part = floor(n * share + word / 4294967296.0);
    return part < n ? (uint32_t)part : n;
}

/* Part number j of the block: the pixels low to high - 1, which get n counts. */
static void draw(const struct test_block *b, unsigned j, unsigned low, unsigned high, uint32_t n,
                 uint32_t *count)
{
    if (high - low == 1 || n == 0) {
        size_t pixel;
        if (in_frame(b, low, &pixel))
            count[pixel] = n;
        return;
    }
    const unsigned middle = low + (high - low) / 2;
    const float first = weight(b, low, middle), second = weight(b, middle, high);
    const uint32_t word = word_of(b, j);
    const bool evenly =
        !b->splits || (high - low == 2 && n <= 16 && (word * 0x85ebca6bu) >> 24 < b->even);
    const uint32_t dither = b->splits ? word * 0xc2b2ae35u : word;
    const uint32_t to_first = evenly ? part(n, first, second, dither)
                                     : wn_binomial_split(b->splits, n, first, second, word);
    draw(b, j + 1, low, middle, to_first, count);
    draw(b, j + middle - low, middle, high, n - to_first, count);
}

/* The raw counts of the background pixels of a block. */
static uint32_t sum_of(const struct test_block *b, const uint8_t *raw)
{
    uint64_t sum = 0;
    size_t pixel;
    for (unsigned k = 0; k < b->d->edge * b->d->edge; k++) {
        if (in_frame(b, k, &pixel) && b->expected[pixel] > 0)
            sum += unit_get(&b->d->array, raw, pixel);
    }
    ck_assert_uint_lt(sum, UINT32_MAX);
    return (uint32_t)sum;
}

static uint32_t number_at(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* `even` of a frame: the second byte of its last section, that of the sums. */
static uint32_t even_of(const struct drawn *d, uint32_t frame)
{
    const uint8_t *record = d->chunk + 88;
    for (uint32_t i = 0; i < frame; i++)
        record += 13 + number_at(record + 1);
    const uint8_t *section = record + 13;
    while (section[0] != 8)
        section += 5 + number_at(section + 1);
    return section[6];
}

/* Returns how many pixels were compared. */
static size_t compare_frame(const struct drawn *d, uint32_t frame, const uint8_t *dst,
                            const struct binomial_tables *splits)
{
    const size_t start = frame * d->pixels * wn_type_size(d->array.type);
    float *expected = expected_counts(d, frame);
    uint32_t *count = unit_alloc(d->pixels * sizeof *count);
    struct test_block b = {
        .d = d, .expected = expected, .splits = splits, .even = even_of(d, frame), .frame = frame};
    for (b.y = 0; b.y < d->array.height; b.y += d->edge) {
        for (b.x = 0; b.x < d->array.width; b.x += d->edge)
            draw(&b, 0, 0, d->edge * d->edge, sum_of(&b, d->raw + start), count);
    }
    size_t compared = 0;
    for (size_t i = 0; i < d->pixels; i++) {
        const uint64_t is = unit_get(&d->array, dst + start, i);
        const uint64_t was = unit_get(&d->array, d->raw + start, i);
        EXPECT(is == (expected[i] > 0 ? count[i] : was),
               "edge %u, %s noise, frame %u, pixel %zu: %u, not %u", d->edge,
               splits ? "with" : "without", (unsigned)frame, i, (unsigned)is, (unsigned)count[i]);
        compared += expected[i] > 0;
    }
    free(expected);
    free(count);
    return compared;
}

static void expect_plain(const struct drawn *d, const struct binomial_tables *splits)
{
    for (wn_noise noise = WN_NOISE_ON; noise <= WN_NOISE_OFF; noise++) {
        uint8_t *dst = decode(d, noise);
        for (uint32_t frame = 0; frame < d->array.frames; frame++) {
            const size_t compared =
                compare_frame(d, frame, dst, noise == WN_NOISE_ON ? splits : NULL);
            ck_assert_uint_gt(compared, d->pixels / 10);
        }
        free(dst);
    }
}

START_TEST(a_plain_version_draws_the_same)
{
    const double mean[] = {0.05, 3, 12, 60, 5e3, 2e7};
    struct binomial_tables *splits = unit_alloc(sizeof *splits);
    wn_binomial_tables_fill(splits);
    for (int i = 0; i < 7 * 6; i++) {
        const wn_array a = {i % 2 ? WN_I32 : WN_U32, i % 4 == 1, 1 + (uint32_t)i % 2,
                            70 + (uint32_t)i % 9, 95 + (uint32_t)i % 7};
        const struct unit_scene scene = {.seed = (uint64_t)i,
                                         .mean = mean[i % 6],
                                         .falloff = i % 3 && i % 6 < 4 ? 60 : 0,
                                         .dispersion = 1,
                                         .peaks = 4,
                                         .peak = 4 * mean[i % 6] + 20,
                                         .gaps = i % 5 == 0};
        wn_params p = {.keep = i % 3 ? WN_KEEP_CLUSTER : WN_KEEP_OUTLIER, .block = 2 + i / 6};
        p.pick = 400;
        if (i % 2) {
            p.centre_x = 50000;
            p.centre_y = 30000;
        }
        struct drawn d = encode(&a, &p, &scene, NULL);
        expect_plain(&d, splits);
        drawn_free(&d);
    }
    free(splits);
}
END_TEST

/* Pixels that are not valid have no weight, whatever counts they hold. */
START_TEST(masked_pixels_get_nothing)
{
    uint8_t valid[60 * 61];
    for (size_t i = 0; i < sizeof valid; i++)
        valid[i] = i % 61 % 16 > 0 && (i / 61 < 20 || i / 61 > 24);
    struct binomial_tables *splits = unit_alloc(sizeof *splits);
    wn_binomial_tables_fill(splits);
    for (int32_t edge = 2; edge <= 8; edge++) {
        const wn_array a = {WN_U16, false, 1, 60, 61};
        const struct unit_scene scene = {.seed = 3, .mean = 5, .dispersion = 1};
        const wn_params p = {.keep = WN_KEEP_CLUSTER, .pick = 400, .block = edge};
        struct drawn d = encode(&a, &p, &scene, valid);
        expect_plain(&d, splits);
        drawn_free(&d);
    }
    free(splits);
}
END_TEST

/* ---- distribution -------------------------------------------------------------------------- */

#define DRAWS 3000

/* Chi-square of how often counts of a block fell to its pixels, and the spread of single draws over
 * that of a multinomial distribution, summed up over blocks. */
struct block_verdict {
    double chi2, freedom, variance, expected_variance;
};

static void judge_block(const struct test_block *b, uint32_t n, const double *sum,
                        const double *sum2, struct block_verdict *v)
{
    const unsigned all = b->d->edge * b->d->edge;
    const double whole = (double)weight(b, 0, all);
    size_t pixel, pixels = 0;
    for (unsigned k = 0; k < all; k++) {
        if (!in_frame(b, k, &pixel) || !(b->expected[pixel] > 0))
            continue;
        const double p = (double)b->expected[pixel] / whole, mean = n * p;
        const double is = sum[pixel] / DRAWS;
        v->chi2 += DRAWS * (is - mean) * (is - mean) / mean;
        v->variance += sum2[pixel] / DRAWS - is * is;
        v->expected_variance += mean * (1 - p);
        pixels++;
    }
    v->freedom += pixels > 0 ? (double)pixels - 1 : 0;
}

static void reseed(struct drawn *d, uint64_t *random)
{
    d->seed = unit_random(random);
    for (size_t i = 0; i < 8; i++)
        d->chunk[24 + i] = (uint8_t)(d->seed >> 8 * i);
    unit_seal(d->chunk, d->size);
}

static void draw_often(struct drawn *d, double *sum, double *sum2)
{
    uint64_t random = 11;
    for (int i = 0; i < DRAWS; i++) {
        reseed(d, &random);
        uint8_t *dst = decode(d, WN_NOISE_ON);
        for (size_t k = 0; k < d->pixels; k++) {
            const double count = (double)unit_get(&d->array, dst, k);
            sum[k] += count;
            sum2[k] += count * count;
        }
        free(dst);
    }
}

/* With expected counts that differ by much within a block. */
START_TEST(pixels_follow_the_profile)
{
    for (int32_t edge = 2; edge <= 8; edge += 3) {
        const wn_array a = {WN_U16, false, 1, 45, 43};
        const struct unit_scene scene = {
            .seed = 2, .mean = 20, .falloff = 12, .dispersion = 1, .x = 21, .y = 22, .gaps = true};
        const wn_params p = {.keep = WN_KEEP_CLUSTER,
                             .pick = 500,
                             .block = edge,
                             .centre_x = 21000,
                             .centre_y = 22000};
        struct drawn d = encode(&a, &p, &scene, NULL);
        double *sum = unit_alloc(d.pixels * sizeof *sum);
        double *sum2 = unit_alloc(d.pixels * sizeof *sum2);
        draw_often(&d, sum, sum2);
        float *expected = expected_counts(&d, 0);
        struct block_verdict v = {0};
        struct test_block b = {.d = &d, .expected = expected};
        for (b.y = 0; b.y < a.height; b.y += d.edge) {
            for (b.x = 0; b.x < a.width; b.x += d.edge) {
                const uint32_t n = sum_of(&b, d.raw);
                if (n > 0)
                    judge_block(&b, n, sum, sum2, &v);
            }
        }
        ck_assert(v.freedom > 300);
        const double sigmas = (v.chi2 - v.freedom) / sqrt(2 * v.freedom);
        EXPECT(fabs(sigmas) < 4, "edge %d: chi2 is %.1f sigma off", (int)edge, sigmas);
        EXPECT(fabs(v.variance / v.expected_variance - 1) < 0.01, "edge %d: variance %.4f",
               (int)edge, v.variance / v.expected_variance);
        free(expected);
        free(sum);
        free(sum2);
        drawn_free(&d);
    }
}
END_TEST

UNIT_MAIN(a_plain_version_draws_the_same, masked_pixels_get_nothing, pixels_follow_the_profile)
