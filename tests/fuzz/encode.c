/*
 * Fuzz target: any frames with any parameters can be encoded, and what is encoded can be decoded.
 *
 * Input: 6 bytes for the array (type, byte order and frames, height, width, threads, mask), 16
 * parameters of 4 bytes in the order of the stored list, then elements, over and over again.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/unit.h"
#include "support/unit_fuzz.h"

#define ARRAY_BYTES  6
#define PARAMS       16
#define INPUT_HEADER (ARRAY_BYTES + 4 * PARAMS)

static wn_params params_of(const uint8_t *data)
{
    uint32_t cd[PARAMS];
    for (size_t i = 0; i < PARAMS; i++, data += 4)
        cd[i] =
            data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 | (uint32_t)data[3] << 24;
    cd[WN_CD_VERSION] = WN_PARAMS_VERSION;
    cd[WN_CD_KEEP_DIGITS] %= 10000;
    wn_params p;
    if (wn_params_from_cd(cd, PARAMS, &p, NULL, 0) != WN_OK)
        wn_params_init(&p);
    p.cycles %= 8;                 /* so that inputs do not take long */
    if (p.keep != WN_KEEP_CLUSTER) /* so that more of them are accepted */
        p.halo = p.filter_width = 0;
    if (p.keep == WN_KEEP_CLUSTER) {
        p.compat_pyfai = false;
        p.noise_floor = 0;
    }
    if (p.keep == WN_KEEP_ALL || p.block < 2)
        p.block = 0;
    return p;
}

/* Floats are not summed up. */
static void keep_reals(wn_params *p)
{
    p->block = p->halo = p->filter_width = 0;
    if (p->keep == WN_KEEP_CLUSTER)
        p->keep = WN_KEEP_OUTLIER;
}

/* What must be restored exactly, whatever the parameters. */
static bool is_special(const wn_array *a, const void *frame, size_t i)
{
    const uint64_t bits = unit_get(a, frame, i);
    const double value = unit_value(a->type, bits);
    return !isfinite(value) || bits == unit_flag(a->type) ||
           (unit_is_signed(a->type) && value < 0) ||
           (!unit_is_float(a->type) && value > 4294967294);
}

/* No count is lost in a block. */
static void expect_sums(const wn_array *a, size_t edge, const uint8_t *src, const uint8_t *dst)
{
    for (size_t top = 0; top < a->height; top += edge) {
        for (size_t left = 0; left < a->width; left += edge) {
            uint64_t difference = 0;
            for (size_t y = top; y < top + edge && y < a->height; y++) {
                for (size_t x = left; x < left + edge && x < a->width; x++)
                    difference +=
                        unit_get(a, src, y * a->width + x) - unit_get(a, dst, y * a->width + x);
            }
            FUZZ_EXPECT(difference == 0);
        }
    }
}

static void expect_frame(const wn_array *a, const wn_separation *s, const uint8_t *valid,
                         const uint8_t *src, const uint8_t *dst)
{
    for (size_t i = 0; i < s->kept; i++)
        FUZZ_EXPECT(unit_get(a, src, s->kept_index[i]) == unit_get(a, dst, s->kept_index[i]));
    for (size_t i = 0; i < (size_t)a->height * a->width; i++)
        FUZZ_EXPECT((!is_special(a, src, i) && !(valid && !valid[i])) ||
                    unit_get(a, src, i) == unit_get(a, dst, i));
}

static void expect_decoded(const wn_map *map, const wn_params *p, const wn_array *a,
                           const uint8_t *valid, const uint8_t *src, const uint8_t *chunk,
                           size_t size)
{
    const size_t bytes = wn_array_bytes(a), frame_bytes = bytes / a->frames;
    uint8_t *dst = malloc(bytes);
    wn_frame_info *info = malloc(a->frames * sizeof *info);
    FUZZ_EXPECT(dst && info);
    FUZZ_EXPECT(wn_chunk_frames(chunk, size, a->frames, info) == WN_OK);
    wn_array one = *a;
    one.frames = 1;
    for (int noise = 1; noise <= 2; noise++) {
        FUZZ_EXPECT(wn_decode(NULL, chunk, size, a, (wn_noise)noise, 1, dst, bytes) == WN_OK);
        for (uint32_t i = 0; i < a->frames; i++) {
            const uint8_t *was = src + i * frame_bytes, *is = dst + i * frame_bytes;
            if (info[i].form != WN_FORM_SEPARATED) {
                FUZZ_EXPECT(memcmp(was, is, frame_bytes) == 0);
                continue;
            }
            wn_separation *s = NULL;
            FUZZ_EXPECT(wn_separate(map, p, &one, was, 1, &s) == WN_OK);
            FUZZ_EXPECT(s->kept == info[i].kept && s->flagged == info[i].flagged);
            expect_frame(&one, s, valid, was, is);
            if (p->block > 0)
                expect_sums(&one, (size_t)p->block, was, is);
            wn_separation_free(s);
        }
    }
    free(info);
    free(dst);
}

static void try_frames(const wn_params *p, const wn_array *a, const uint8_t *valid,
                       const uint8_t *src, int threads)
{
    wn_map *map = NULL;
    const wn_status status = wn_map_create(p, a->height, a->width, valid, &map);
    FUZZ_EXPECT(status == WN_OK || status == WN_ERR_PARAMS || status == WN_ERR_SHAPE);
    if (status != WN_OK)
        return;
    const size_t bound = wn_encode_bound(a);
    uint8_t *chunk = malloc(bound);
    FUZZ_EXPECT(chunk);
    size_t size = 0;
    FUZZ_EXPECT(wn_encode(map, p, a, src, threads, chunk, bound, &size) == WN_OK);
    FUZZ_EXPECT(size <= bound);
    expect_decoded(map, p, a, valid, src, chunk, size);
    free(chunk);
    wn_map_free(map);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size <= INPUT_HEADER)
        return 0;
    const wn_array a = {unit_types[data[0] % 10], data[1] & 1, 1 + data[1] / 2u % 3,
                        1 + data[2] % 80u, 1 + data[3] % 80u};
    wn_params p = params_of(data + ARRAY_BYTES);
    if (unit_is_float(a.type))
        keep_reals(&p);
    const size_t bytes = wn_array_bytes(&a), elements = size - INPUT_HEADER;
    uint8_t *src = malloc(bytes), *valid = NULL;
    FUZZ_EXPECT(src);
    for (size_t i = 0; i < bytes; i++)
        src[i] = data[INPUT_HEADER + i % elements];
    if (data[5] & 1) {
        valid = unit_alloc((size_t)a.height * a.width);
        for (size_t i = 0; i < (size_t)a.height * a.width; i++)
            valid[i] = i % (data[5] + 2u) != 0;
    }
    try_frames(&p, &a, valid, src, 1 + data[4] % 3);
    free(src);
    free(valid);
    return 0;
}

/* ---- seeds --------------------------------------------------------------------------------- */

/* Blocks of nearly one value: steep steps between narrow distributions. */
static void put_blocks(const wn_array *a, void *src, uint64_t *random)
{
    for (size_t i = 0; i < (size_t)a->frames * a->height * a->width; i++) {
        const size_t x = i % a->width / 24, y = i / a->width % a->height / 24;
        const double value = (double)(5 + 28 * x + 37 * y) + (unit_random(random) % 200 == 0);
        unit_put(a, src, i, unit_bits(a->type, value));
    }
}

/* Clusters with all filters, everything, and blocks of all sizes. */
static void keep_places(size_t number, wn_params *p)
{
    p->keep = (wn_keep)(1 + number % 3);
    p->block = p->keep == WN_KEEP_ALL || number % 5 == 0 ? 0 : (int32_t)(2 + number % 7);
    p->halo = p->keep == WN_KEEP_CLUSTER ? (int32_t)(number % 5) : 0;
    p->filter_width = p->keep == WN_KEEP_CLUSTER ? (int32_t)(number % 4 * 33) : 0;
    p->has_dummy = number % 4 == 1;
    p->dummy = 9;
}

size_t fuzz_seed(size_t number, uint8_t **seed)
{
    if (number >= 100)
        return 0;
    const wn_array a = {unit_types[number % 10], number / 5 & 1, 1 + (uint32_t)(number / 7 % 2),
                        30 + (uint32_t)(number % 50), 30 + (uint32_t)(number * 7 % 50)};
    const double mean[] = {0.05, 2, 30, 110};
    const struct unit_scene scene = {.seed = number,
                                     .mean = mean[number / 10 % 4],
                                     .falloff = number % 4 ? 0 : 30,
                                     .dispersion = number % 3 ? 1 : 2,
                                     .peaks = 3,
                                     .peak = 80,
                                     .gaps = number % 2};
    uint8_t *src = unit_frames(&a, &scene, NULL);
    uint64_t random = number;
    if (number >= 40 && number < 60)
        put_blocks(&a, src, &random);
    wn_params p = {.pick = 100 + 50 * (int32_t)(number % 7), .bins = 24};
    p.error_model = (wn_error_model)(number % 4);
    if (number / 3 % 2) {
        p.centre_x = 500 * (int32_t)a.width;
        p.centre_y = 600 * (int32_t)a.height;
        p.bins = 0;
        p.distance = 90000;
        p.solid_angle = number % 5 == 0;
        p.compat_pyfai = number % 5 == 1;
        p.noise_floor = number % 5 == 2 ? 100 : 0;
    }
    if (number >= 60)
        keep_places(number, &p);
    uint32_t cd[WN_CD_VALUES];
    wn_params_to_cd(&p, cd);
    const size_t bytes = wn_array_bytes(&a);
    *seed = unit_alloc(INPUT_HEADER + bytes);
    const uint8_t head[ARRAY_BYTES] = {
        (uint8_t)(number % 10),  (uint8_t)(a.big_endian + 2 * (a.frames - 1)),
        (uint8_t)(a.height - 1), (uint8_t)(a.width - 1),
        (uint8_t)(number % 3),   number % 8 == 7};
    memcpy(*seed, head, ARRAY_BYTES);
    for (size_t i = 0; i < 4 * PARAMS; i++)
        (*seed)[ARRAY_BYTES + i] = (uint8_t)(cd[i / 4] >> 8 * (i % 4));
    memcpy(*seed + INPUT_HEADER, src, bytes);
    free(src);
    return INPUT_HEADER + bytes;
}
