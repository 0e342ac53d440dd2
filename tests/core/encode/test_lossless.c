/* Frames that are kept whole come back bit for bit, whatever their contents; frames that do not
 * become smaller by separation are kept whole, or stored raw. */
#include <stdlib.h>
#include <string.h>

#include "support/unit.h"

/* ---- contents ------------------------------------------------------------------------------ */

enum contents {
    BITS,
    POISSON,
    SPOTS,
    CONSTANT,
    GRADIENT,
    STEPS,
    ALL_FLAGGED,
    CHECKS,
    LARGE,
    CONTENTS
};

static const char *const name_of[CONTENTS] = {
    "random bits",         "noise",      "spots", "one value", "a gradient", "steps", "all flagged",
    "every other flagged", "huge counts"};

static uint64_t element(enum contents contents, const wn_array *a, size_t i, uint64_t *random)
{
    const size_t x = i % a->width, y = i / a->width % a->height;
    const uint64_t flag = unit_flag(a->type), noise = unit_random(random);
    switch (contents) {
    case CONSTANT:
        return unit_bits(a->type, 7);
    case GRADIENT:
        return unit_bits(a->type, (double)((x + 3 * y) % 120));
    case STEPS:
        return unit_bits(a->type, (double)((x / 16 * 11 + y / 16 * 5) % 64));
    case ALL_FLAGGED:
        return flag;
    case CHECKS:
        return (x + y) % 2 ? flag : unit_bits(a->type, (double)(noise % 4));
    case LARGE:
        return unit_is_float(a->type) ? unit_bits(a->type, (double)noise) : noise & flag;
    default:
        return noise;
    }
}

static uint8_t *frames_of(enum contents contents, const wn_array *a, uint64_t seed)
{
    if (contents == POISSON || contents == SPOTS) {
        const struct unit_scene scene = {.seed = seed,
                                         .mean = seed % 3 ? 0.4 : 9,
                                         .falloff = seed % 2 ? 40 : 0,
                                         .dispersion = seed % 5 ? 1 : 2,
                                         .peaks = contents == SPOTS ? 12 : 0,
                                         .peak = 90,
                                         .gaps = contents == SPOTS};
        return unit_frames(a, &scene, NULL);
    }
    uint8_t *frames = unit_alloc(wn_array_bytes(a));
    for (size_t i = 0; i < wn_array_bytes(a) / wn_type_size(a->type); i++)
        unit_put(a, frames, i, element(contents, a, i, &seed));
    return frames;
}

/* ---- round trips --------------------------------------------------------------------------- */

/* What a chunk costs beside frames that cannot be compressed. */
#define HEADER 40
#define RECORD 13

/* Encode and decode; forms, if not NULL, are counted. exact: every frame must come back as it was,
 * else those that are not separated. */
static void expect_frames(const wn_array *a, const wn_params *p, enum contents contents, bool exact,
                          size_t forms[4])
{
    const size_t bytes = wn_array_bytes(a), bound = wn_encode_bound(a);
    uint8_t *frames = frames_of(contents, a, a->height + 31 * a->width + 7 * (size_t)a->type);
    uint8_t *chunk = unit_alloc(bound), *back = malloc(bytes);
    wn_map *map = NULL;
    wn_frame_info info[3];
    size_t size = 0;
    ck_assert_int_eq(wn_map_create(p, a->height, a->width, NULL, &map), WN_OK);
    ck_assert_int_eq(wn_encode(map, p, a, frames, 1, chunk, bound, &size), WN_OK);
    EXPECT(size <= bytes + HEADER + a->frames * RECORD, "%s, %s: %zu bytes of %zu",
           wn_type_name(a->type), name_of[contents], size, bytes);
    ck_assert_int_eq(wn_decode(NULL, chunk, size, a, WN_NOISE_ON, 1, back, bytes), WN_OK);
    ck_assert_int_eq(wn_chunk_frames(chunk, size, a->frames, info), WN_OK);
    for (uint32_t k = 0; k < a->frames; k++) {
        const size_t start = k * (bytes / a->frames);
        EXPECT((!exact && info[k].form == WN_FORM_SEPARATED) ||
                   memcmp(back + start, frames + start, bytes / a->frames) == 0,
               "%s %s endian, %u x %u, %s, keep %d, form %d", wn_type_name(a->type),
               a->big_endian ? "big" : "little", (unsigned)a->height, (unsigned)a->width,
               name_of[contents], (int)p->keep, (int)info[k].form);
        forms[info[k].form]++;
    }
    wn_map_free(map);
    free(frames);
    free(chunk);
    free(back);
}

static wn_params params_of(wn_keep keep, int variant, const wn_array *a)
{
    wn_params p = {.keep = keep};
    if (variant % 2) {
        p.model = WN_MODEL_RADIAL;
        p.centre_x = 500 * (int32_t)a->width;
        p.centre_y = 400 * (int32_t)a->height;
    }
    p.has_dummy = variant % 4 > 1;
    p.dummy = 3;
    return p;
}

START_TEST(all_is_bit_exact)
{
    const uint32_t size[][2] = {{1, 1},  {1, 2},   {2, 1},    {1, 400},  {400, 1},
                                {3, 17}, {64, 64}, {97, 131}, {200, 160}};
    size_t forms[4] = {0};
    for (size_t type = 0; type < 10; type++) {
        for (size_t i = 0; i < sizeof size / sizeof size[0]; i++) {
            for (int contents = 0; contents < CONTENTS; contents++) {
                const int variant = contents + (int)i + (int)type;
                const wn_array a = {unit_types[type], variant % 3 == 0, 1 + (uint32_t)variant % 2,
                                    size[i][0], size[i][1]};
                const wn_params p = params_of(WN_KEEP_ALL, variant, &a);
                expect_frames(&a, &p, (enum contents)contents, true, forms);
            }
        }
    }
    ck_assert_uint_eq(forms[WN_FORM_SEPARATED], 0);
    ck_assert_uint_gt(forms[WN_FORM_COUNTED], 50);
    ck_assert_uint_gt(forms[WN_FORM_LOSSLESS], 50);
    ck_assert_uint_gt(forms[WN_FORM_RAW], 50);
}
END_TEST

/* Frames that are kept whole are smaller so than by Blosc, where they are counts. */
START_TEST(counts_are_coded_by_their_background)
{
    for (size_t type = 0; type < 8; type++) {
        const wn_array a = {unit_types[type], false, 1, 200, 200};
        const wn_params p = params_of(WN_KEEP_ALL, 0, &a);
        size_t forms[4] = {0};
        expect_frames(&a, &p, POISSON, true, forms);
        expect_frames(&a, &p, SPOTS, true, forms);
        EXPECT(forms[WN_FORM_COUNTED] == 2, "%s", wn_type_name(a.type));
    }
}
END_TEST

/* Asked to separate what does not gain by it, the encoder does not. */
START_TEST(what_gains_nothing_is_kept_whole)
{
    size_t forms[4] = {0};
    for (size_t type = 0; type < 8; type++) {
        for (int contents = 0; contents < CONTENTS; contents++) {
            for (int32_t block = 0; block <= 6; block += 3) {
                const wn_array a = {unit_types[type], contents % 2, 1, 90, 85};
                wn_params p = params_of(block % 2 ? WN_KEEP_CLUSTER : WN_KEEP_OUTLIER, 0, &a);
                p.block = block;
                expect_frames(&a, &p, (enum contents)contents, false, forms);
            }
        }
    }
    ck_assert_uint_gt(forms[WN_FORM_SEPARATED], 20);
    ck_assert_uint_gt(forms[WN_FORM_COUNTED], 0);
    ck_assert_uint_gt(forms[WN_FORM_LOSSLESS], 20);
    ck_assert_uint_gt(forms[WN_FORM_RAW], 8);
}
END_TEST

/* A short frame whose every pixel is picked: kept whole, though Blosc would do as well. */
START_TEST(all_flagged_frames_are_small)
{
    for (size_t type = 0; type < 8; type++) {
        const wn_array a = {unit_types[type], false, 1, 128, 128};
        for (int keep = WN_KEEP_OUTLIER; keep <= WN_KEEP_ALL; keep++) {
            const wn_params p = params_of((wn_keep)keep, 0, &a);
            uint8_t *frames = frames_of(ALL_FLAGGED, &a, 1), *chunk = unit_alloc(20000 * 8);
            unit_put(&a, frames, 5000, 1); /* else it is a frame of one value */
            wn_map *map = NULL;
            size_t size = 0;
            ck_assert_int_eq(wn_map_create(&p, 128, 128, NULL, &map), WN_OK);
            ck_assert_int_eq(wn_encode(map, &p, &a, frames, 1, chunk, 20000 * 8, &size), WN_OK);
            EXPECT(size < 1500, "%s, keep %d: %zu bytes", wn_type_name(a.type), keep, size);
            uint8_t *back = malloc(wn_array_bytes(&a));
            ck_assert_int_eq(
                wn_decode(map, chunk, size, &a, WN_NOISE_ON, 1, back, wn_array_bytes(&a)), WN_OK);
            ck_assert_mem_eq(back, frames, wn_array_bytes(&a));
            wn_map_free(map);
            free(back);
            free(frames);
            free(chunk);
        }
    }
}
END_TEST

UNIT_MAIN(all_is_bit_exact, counts_are_coded_by_their_background, what_gains_nothing_is_kept_whole,
          all_flagged_frames_are_small)
