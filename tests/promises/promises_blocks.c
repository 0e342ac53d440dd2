/* P9: with block sums no count is lost. The sum over every block, kept plus restored, equals the
 * raw sum exactly. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/element_type.h"
#include "frame/pixels.h"
#include "promises/promises.h"
#include "support/unit.h"

/* A stack, how it is kept, and what of it is not valid. */
struct block_stack {
    wn_array array;
    wn_params params;
    uint8_t *raw;         /* freed by no_count_is_lost() */
    const uint8_t *valid; /* may be NULL */
    bool separated;       /* every frame must be */
};

static void say(const struct block_stack *s, size_t frame, const char *what)
{
    ck_abort_msg("%s %s endian, %u x %u, keep %d, blocks of %d, model %d, frame %zu: %s",
                 wn_type_name(s->array.type), s->array.big_endian ? "big" : "little",
                 (unsigned)s->array.height, (unsigned)s->array.width, (int)s->params.keep,
                 (int)s->params.block, (int)wn_params_model(&s->params), frame, what);
}

/* ---- what is compared ---------------------------------------------------------------------- */

static bool is_dummy(const struct block_stack *s, uint64_t bits)
{
    return s->params.has_dummy && bits == (uint64_t)s->params.dummy;
}

/* Whether an element is no count: the maximum, a negative number, the dummy, or a number that is
 * beyond what is counted. */
static bool is_flag(const struct block_stack *s, uint64_t bits)
{
    return bits >= wn_type_maximum(s->array.type) || bits >= UINT32_MAX || is_dummy(s, bits);
}

/* Differences are modulo 2^64: what comes back as it is, flags among it, adds nothing. */
static void sums_are_exact(const struct block_stack *s, size_t frame, const uint8_t *raw,
                           const uint8_t *back)
{
    const size_t edge = (size_t)s->params.block, height = s->array.height, width = s->array.width;
    for (size_t top = 0; top < height; top += edge) {
        for (size_t left = 0; left < width; left += edge) {
            uint64_t was = 0, is = 0;
            for (size_t y = top; y < top + edge && y < height; y++) {
                for (size_t x = left; x < left + edge && x < width; x++) {
                    was += unit_get(&s->array, raw, y * width + x);
                    is += unit_get(&s->array, back, y * width + x);
                }
            }
            if (was != is)
                say(s, frame, "the sum of a block differs");
        }
    }
}

/* What is no count comes back as it was, and nothing else becomes such. Returns how many pixels
 * differ. */
static size_t flags_are_exact(const struct block_stack *s, size_t frame, const uint8_t *raw,
                              const uint8_t *back)
{
    const size_t n = (size_t)s->array.height * s->array.width;
    size_t differ = 0;
    for (size_t i = 0; i < n; i++) {
        const uint64_t was = unit_get(&s->array, raw, i), is = unit_get(&s->array, back, i);
        differ += was != is;
        if (was != is && is_flag(s, was))
            say(s, frame, "a flagged pixel differs");
        if (was != is && is_flag(s, is))
            say(s, frame, "a count is restored as a flag");
        if (was != is && s->valid && !s->valid[i])
            say(s, frame, "a pixel that is not valid differs");
    }
    return differ;
}

static void look_at_frames(const struct block_stack *s, const wn_frame_info *info,
                           const uint8_t *back)
{
    const size_t bytes = wn_array_bytes(&s->array) / s->array.frames;
    for (size_t k = 0; k < s->array.frames; k++) {
        const uint8_t *was = s->raw + k * bytes, *is = back + k * bytes;
        sums_are_exact(s, k, was, is);
        const size_t differ = flags_are_exact(s, k, was, is);
        if (info[k].form != WN_FORM_SEPARATED && differ > 0)
            say(s, k, "it is kept whole, but not restored so");
        if (s->separated && (info[k].form != WN_FORM_SEPARATED || differ == 0))
            say(s, k, "it is not drawn from blocks");
    }
}

static void no_count_is_lost(struct block_stack *s)
{
    wn_map *map = NULL;
    wn_frame_info info[8];
    ck_assert_int_eq(wn_map_create(&s->params, s->array.height, s->array.width, s->valid, &map),
                     WN_OK);
    struct chunk chunk = encode(map, &s->params, &s->array, s->raw);
    ck_assert_int_eq(wn_chunk_frames(chunk.bytes, chunk.size, s->array.frames, info), WN_OK);
    for (wn_noise noise = WN_NOISE_ON; noise <= WN_NOISE_OFF; noise++) {
        uint8_t *back = decode(NULL, &chunk, &s->array, noise, 1);
        look_at_frames(s, info, back);
        free(back);
    }
    free(chunk.bytes);
    free(s->raw);
    wn_map_free(map);
}

/* ---- P9 ------------------------------------------------------------------------------------ */

#define INTEGERS 8 /* the first of unit_types */

static wn_params params_of(const wn_array *array, wn_keep keep, int32_t block, bool rings)
{
    wn_params p = {.keep = keep, .block = block, .pick = keep == WN_KEEP_CLUSTER ? 0 : 250};
    if (rings) {
        p.model = WN_MODEL_RADIAL;
        p.centre_x = 480 * (int32_t)array->width;
        p.centre_y = 540 * (int32_t)array->height;
    }
    return p;
}

/* All types and edges, both orders, rules and models; frames of any size. */
static void every_type_and_edge(uint32_t height, uint32_t width, bool separated)
{
    for (size_t i = 0; i < INTEGERS * 7 * 8; i++) {
        const wn_keep keep = i / 4 % 2 ? WN_KEEP_CLUSTER : WN_KEEP_OUTLIER;
        const int32_t edge = 2 + (int32_t)(i / 8 % 7);
        const wn_array a = {unit_types[i / 56], i % 2, 1 + (uint32_t)(i % 3), height, width};
        const struct unit_scene scene = {.seed = i,
                                         .mean = 1.2,
                                         .falloff = i % 3 ? 150 : 0,
                                         .dispersion = 1,
                                         .peaks = 3,
                                         .peak = 40,
                                         .gaps = i % 5 == 0};
        struct block_stack s = {.array = a,
                                .params = params_of(&a, keep, edge, i / 2 % 2),
                                .raw = unit_frames(&a, &scene, NULL),
                                .separated = separated};
        no_count_is_lost(&s);
    }
}

START_TEST(P9_with_block_sums_no_count_is_lost)
{
    every_type_and_edge(97, 131, true);
    every_type_and_edge(80, 64, true);
}
END_TEST

START_TEST(P9_in_frames_of_any_size)
{
    const uint32_t size[][2] = {{1, 1}, {1, 300}, {300, 1}, {5, 7}, {3, 90}, {90, 2}, {2, 2}};
    for (size_t i = 0; i < sizeof size / sizeof size[0]; i++)
        every_type_and_edge(size[i][0], size[i][1], false);
}
END_TEST

/* Pixels that are not valid, flags of all kinds, areas without counts. */
static void put_flags(const struct block_stack *s, uint64_t *random)
{
    const wn_array *a = &s->array;
    const size_t n = (size_t)a->height * a->width;
    const uint64_t ones = UINT64_MAX >> (64 - 8 * wn_type_size(a->type));
    for (size_t i = 0; i < a->frames * n; i++) {
        const size_t x = i % n % a->width, y = i % n / a->width;
        const uint64_t dice = unit_random(random) % 1000;
        if (x >= 32 && x < 80 && y >= 40 && y < 90)
            unit_put(a, s->raw, i, 0);
        if (dice == 0)
            unit_put(a, s->raw, i, unit_flag(a->type));
        if (dice < 6 && unit_is_signed(a->type))
            unit_put(a, s->raw, i, dice < 3 ? ones : dice < 5 ? ones - 1 : ones / 2 + 1);
        if (dice == 7 && s->params.has_dummy)
            unit_put(a, s->raw, i, (uint64_t)s->params.dummy);
    }
}

START_TEST(P9_whatever_is_masked_or_flagged)
{
    uint64_t random = 9;
    uint8_t valid[110 * 117];
    for (size_t i = 0; i < sizeof valid; i++)
        valid[i] = unit_random(&random) % 40 != 0 && i / 117 != 50;
    for (size_t i = 0; i < INTEGERS * 7 * 4; i++) {
        const wn_keep keep = i % 2 ? WN_KEEP_CLUSTER : WN_KEEP_OUTLIER;
        const wn_array a = {unit_types[i / 28], i / 2 % 2, 2, 110, 117};
        const struct unit_scene scene = {
            .seed = i, .mean = 2, .dispersion = 1, .peaks = 2, .peak = 50, .gaps = true};
        struct block_stack s = {.array = a,
                                .params = params_of(&a, keep, 2 + (int32_t)(i / 4 % 7), i % 3 == 0),
                                .raw = unit_frames(&a, &scene, NULL),
                                .valid = i % 3 ? valid : NULL,
                                .separated = true};
        s.params.has_dummy = i % 5 < 3;
        s.params.dummy = i % 5 == 1 ? 126 : -1;
        put_flags(&s, &random);
        no_count_is_lost(&s);
    }
}
END_TEST

/* Sums that reach a flag of the type, or the dummy, keep their blocks: what is drawn from lower
 * ones is none. */
START_TEST(P9_up_to_the_largest_counts)
{
    const struct {
        wn_type type;
        double mean;
        int32_t block, dummy;
        bool separated;
    } of[] = {
        {WN_U8, 60, 2, 0, true},     {WN_U8, 63, 2, 0, false},     {WN_U8, 25, 3, 0, true},
        {WN_U8, 60, 3, 0, false},    {WN_I8, 28, 2, 0, true},      {WN_I8, 31, 2, 0, false},
        {WN_I16, 500, 8, 0, true},   {WN_I16, 520, 8, 0, false},   {WN_U16, 1000, 8, 0, true},
        {WN_U16, 1024, 8, 0, false}, {WN_I32, 8e6, 8, 0, true},    {WN_I32, 3.3e7, 8, 0, true},
        {WN_U32, 1e9, 2, 0, true},   {WN_U32, 1.1e9, 2, 0, false}, {WN_U64, 1e9, 2, 0, true},
        {WN_I64, 1e9, 2, 0, true},   {WN_U64, 4e9, 2, 0, false},   {WN_U16, 3, 2, 12, true},
        {WN_I32, 3, 4, 50, true},    {WN_U8, 3, 2, 1, false},      {WN_U64, 0.1, 3, 0, true},
    };
    for (size_t i = 0; i < 4 * sizeof of / sizeof of[0]; i++) {
        const size_t k = i / 4;
        const wn_array a = {of[k].type, i % 2, 1, 128, 130};
        const struct unit_scene scene = {.seed = i, .mean = of[k].mean, .dispersion = 1};
        const wn_keep keep = i / 2 % 2 ? WN_KEEP_CLUSTER : WN_KEEP_OUTLIER;
        struct block_stack s = {.array = a,
                                .params = params_of(&a, keep, of[k].block, false),
                                .raw = unit_frames(&a, &scene, NULL),
                                .separated = of[k].separated};
        s.params.pick = 450;
        s.params.has_dummy = of[k].dummy != 0;
        s.params.dummy = of[k].dummy;
        no_count_is_lost(&s);
    }
}
END_TEST

/* Counts beyond 2^32 are flags, of whatever size. */
START_TEST(P9_beside_counts_beyond_32_bits)
{
    uint64_t random = 5;
    for (int i = 0; i < 4; i++) {
        const wn_array a = {i % 2 ? WN_I64 : WN_U64, i / 2, 1, 120, 100};
        const struct unit_scene scene = {.seed = 3, .mean = 5, .dispersion = 1};
        struct block_stack s = {.array = a,
                                .params = params_of(&a, WN_KEEP_CLUSTER, 4, false),
                                .raw = unit_frames(&a, &scene, NULL),
                                .separated = true};
        for (size_t k = 0; k < 60; k++)
            unit_put(&a, s.raw, unit_random(&random) % 12000,
                     (uint64_t)1 << (31 + k % 33) | unit_random(&random) % 100);
        no_count_is_lost(&s);
    }
}
END_TEST

START_TEST(P9_on_the_frames_of_the_series)
{
    const wn_type types[] = {WN_U32, WN_I16, WN_U8, WN_U64};
    for (size_t form = 0; form < 4; form++) {
        struct block_stack s = {
            .array = one, .params = with_form(&radial, form), .separated = true};
        ck_assert_int_gt(s.params.block, 0);
        s.array.type = types[form];
        s.array.big_endian = form % 2;
        s.raw = convert(frame_of_series(form), types[form], form % 2);
        no_count_is_lost(&s);
    }
}
END_TEST

void add_tests_of_blocks(TCase *tests)
{
    tcase_add_test(tests, P9_with_block_sums_no_count_is_lost);
    tcase_add_test(tests, P9_in_frames_of_any_size);
    tcase_add_test(tests, P9_whatever_is_masked_or_flagged);
    tcase_add_test(tests, P9_up_to_the_largest_counts);
    tcase_add_test(tests, P9_beside_counts_beyond_32_bits);
    tcase_add_test(tests, P9_on_the_frames_of_the_series);
}
