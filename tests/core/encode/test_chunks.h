/* What the tests of chunks share: encoding and decoding of frames that must succeed. */
#ifndef TEST_CORE_ENCODE_TEST_CHUNKS_H
#define TEST_CORE_ENCODE_TEST_CHUNKS_H

#include <stdlib.h>
#include <string.h>

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
static inline struct coded encode(const wn_array *array, const wn_params *params, void *src)
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

static inline void coded_free(struct coded *c)
{
    wn_map_free(c->map);
    free(c->src);
    free(c->chunk);
}

static inline uint8_t *decode(const struct coded *c, const wn_map *map, wn_noise noise, int threads)
{
    uint8_t *dst = malloc(c->bytes);
    ck_assert_ptr_nonnull(dst);
    memset(dst, 0x5a, c->bytes);
    ck_assert_int_eq(wn_decode(map, c->chunk, c->size, &c->array, noise, threads, dst, c->bytes),
                     WN_OK);
    return dst;
}

/* How one of at most three frames is stored. */
static inline wn_frame_info frame_info(const struct coded *c, uint32_t frame)
{
    wn_frame_info info[3];
    ck_assert_int_eq(wn_chunk_frames(c->chunk, c->size, frame + 1, info), WN_OK);
    return info[frame];
}

static inline wn_form form_of(const struct coded *c, uint32_t frame)
{
    return frame_info(c, frame).form;
}

static inline wn_params params_of(const wn_array *array, int variant)
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

static inline struct coded example(wn_type type, bool big_endian, uint32_t frames)
{
    const wn_array a = {type, big_endian, frames, 96, 80};
    const struct unit_scene scene = {
        .seed = 5, .mean = 2, .dispersion = 1, .peaks = 12, .peak = 50, .gaps = true};
    const wn_params p = {.pick = 300};
    return encode(&a, &p, unit_frames(&a, &scene, NULL));
}

static inline uint64_t number_at(const uint8_t *p, size_t bytes)
{
    uint64_t v = 0;
    for (size_t i = 0; i < bytes; i++)
        v |= (uint64_t)p[i] << 8 * i;
    return v;
}

#endif
