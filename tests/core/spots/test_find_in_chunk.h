/* What the tests of finding in chunks share: stacks of frames in chunks of every form. */
#ifndef TEST_CORE_SPOTS_TEST_FIND_IN_CHUNK_H
#define TEST_CORE_SPOTS_TEST_FIND_IN_CHUNK_H

#include <stdlib.h>
#include <string.h>

#include "decode/count_restore.h"
#include "decode/frame_read.h"
#include "decode/lazy_rows.h"
#include "decode/separated_frame.h"
#include "format/chunk_header.h"
#include "geometry/map.h"
#include "spots/find.h"
#include "spots/finder.h"
#include "spots/ring_background.h"
#include "spots/ring_field.h"
#include "support/unit.h"

#define HEIGHT 110u
#define WIDTH  130u
#define PIXELS ((size_t)HEIGHT * WIDTH)

/* How frames are kept. */
enum keeping {
    OUTLIERS,
    STRONG_ONLY,
    PLACES,
    PLACES_AND_BLOCKS,
    SMALL_BLOCKS,
    HITS,
    ALL,
    KEEPINGS
};

struct chunk_kind {
    wn_type type;
    enum keeping keeping;
    bool big_endian, radial, masked, blank, dummy;
    double mean;
    uint32_t frames;
};

/* A chunk and the frames that it is of. */
struct chunk_stack {
    wn_array array, one; /* `one` frame of them */
    wn_params params;
    wn_map *map;
    uint8_t *data;
    uint8_t *chunk; /* exactly `size` bytes */
    size_t size;
};

static inline wn_params params_of(const struct chunk_kind *k)
{
    wn_params p = {.model = k->radial ? WN_MODEL_RADIAL : WN_MODEL_TILES};
    const wn_quality blocks = k->keeping == SMALL_BLOCKS ? WN_QUALITY_TRANSPARENT : WN_QUALITY_HIGH;
    if (k->radial) {
        p.centre_x = 60300;
        p.centre_y = 50100;
    }
    if (k->dummy) {
        p.has_dummy = true;
        p.dummy = 7;
    }
    if (unit_is_float(k->type)) {
        p.pick = k->keeping == STRONG_ONLY ? 300 : 100;
    } else if (k->keeping == OUTLIERS || k->keeping == STRONG_ONLY) {
        p.pick = k->keeping == STRONG_ONLY ? 300 : 100;
    } else if (k->keeping == PLACES) {
        p.keep = WN_KEEP_CLUSTER;
        p.halo = 2;
    } else if (k->keeping == ALL) {
        p.keep = WN_KEEP_ALL;
    } else {
        ck_assert_int_eq(
            wn_params_quality(k->keeping == HITS ? WN_QUALITY_HITS : blocks, k->type, &p), WN_OK);
    }
    return p;
}

/* A map with the static mask of a kind. */
static inline wn_map *map_of(const struct chunk_kind *k, const wn_params *params)
{
    uint8_t *valid = unit_alloc(PIXELS);
    wn_map *map = NULL;
    for (size_t i = 0; i < PIXELS; i++)
        valid[i] = i % WIDTH < 90 || i % WIDTH > 92 || i / WIDTH < 20;
    ck_assert_int_eq(wn_map_create(params, HEIGHT, WIDTH, k->masked ? valid : NULL, &map), WN_OK);
    free(valid);
    return map;
}

static inline void put_blank_area(const struct chunk_stack *s)
{
    for (size_t i = 0; i < s->array.frames * PIXELS; i++)
        if (i % PIXELS / WIDTH >= 64 && i % PIXELS / WIDTH < 88)
            unit_put(&s->array, s->data, i, 0);
}

static inline void encode(struct chunk_stack *s)
{
    const size_t bound = wn_encode_bound(&s->array);
    uint8_t *chunk = unit_alloc(bound);
    ck_assert_int_eq(wn_encode(s->map, &s->params, &s->array, s->data, 1, chunk, bound, &s->size),
                     WN_OK);
    s->chunk = unit_copy(chunk, s->size);
    free(chunk);
}

static inline struct chunk_stack stack_of(const struct chunk_kind *k)
{
    struct chunk_stack s = {.array = {k->type, k->big_endian, k->frames, HEIGHT, WIDTH},
                            .params = params_of(k)};
    const struct unit_scene scene = {.seed = (uint64_t)k->type + k->frames,
                                     .mean = k->mean,
                                     .falloff = 90,
                                     .dispersion = 1,
                                     .x = 60,
                                     .y = 50,
                                     .peaks = 30,
                                     .peak = 60,
                                     .gaps = true};
    s.one = s.array;
    s.one.frames = 1;
    s.data = unit_frames(&s.array, &scene, NULL);
    if (k->blank)
        put_blank_area(&s);
    s.map = map_of(k, &s.params);
    encode(&s);
    return s;
}

static inline void stack_free(struct chunk_stack *s)
{
    wn_map_free(s->map);
    free(s->data);
    free(s->chunk);
}

/* Do something with chunks of all kinds. */
static inline void for_all_kinds(void (*act)(const struct chunk_stack *, const struct chunk_kind *))
{
    const double mean[] = {0.05, 1, 12};
    int number = 0;
    for (int type = 0; type < 10; type++) {
        for (int keeping = 0; keeping < KEEPINGS; keeping++) {
            if (unit_is_float(unit_types[type]) && keeping >= PLACES)
                continue;
            for (int i = 0; i < 8; i++, number++) {
                const struct chunk_kind k = {.type = unit_types[type],
                                             .keeping = (enum keeping)keeping,
                                             .big_endian = number / 3 % 2,
                                             .radial = i & 1,
                                             .masked = i & 2,
                                             .blank = i & 4,
                                             .dummy = number % 5 == 4,
                                             .mean = mean[number % 3],
                                             .frames = 1 + (uint32_t)number % 3};
                struct chunk_stack s = stack_of(&k);
                act(&s, &k);
                stack_free(&s);
            }
        }
    }
}

static inline wn_finder *finder_of(const struct chunk_stack *s, wn_spot_method method)
{
    wn_spot_params params;
    wn_finder *finder = NULL;
    wn_spot_params_init(method, &params);
    params.threshold = 5;
    ck_assert_int_eq(wn_finder_create(&params, s->map, &s->params, 90, &finder), WN_OK);
    return finder;
}

#endif
