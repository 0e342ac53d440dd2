/* Reads the series once a test case; chunks are made by the public functions. */
#include "promises/promises.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "common/bytes.h"
#include "common/element_type.h"
#include "frame/pixels.h"

/* ---- the series ---------------------------------------------------------------------------- */

#define DETECTOR "/entry/instrument/detector/"

struct h5frames series;
wn_params radial;
wn_array one;
size_t frame_pixels;

static double number_of_series(const char *dataset)
{
    struct h5frames value = h5frames_read(getenv("WINNOW_SERIES"), dataset);
    const double number = *(double *)value.data;
    h5frames_free(&value);
    return number;
}

void open_series(void)
{
    ck_assert_msg(getenv("WINNOW_SERIES"), "set WINNOW_SERIES to a file of make_series");
    series = h5frames_read(getenv("WINNOW_SERIES"), "/entry/data/data");
    wn_params_init(&radial);
    /* NXmx counts from the outer edge of the first pixel, winnow from its centre. */
    radial.centre_x = (int32_t)lrint(1000 * (number_of_series(DETECTOR "beam_center_x") - 0.5));
    radial.centre_y = (int32_t)lrint(1000 * (number_of_series(DETECTOR "beam_center_y") - 0.5));
    one = series.array;
    one.frames = 1;
    frame_pixels = (size_t)one.height * one.width;
}

void close_series(void)
{
    h5frames_free(&series);
}

const uint32_t *frame_of_series(size_t k)
{
    return (const uint32_t *)series.data + k % series.array.frames * frame_pixels;
}

/* ---- various ------------------------------------------------------------------------------- */

static uint64_t random_state = 1;

uint64_t random_bits(void)
{
    uint64_t x = random_state += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

wn_map *map_of(const wn_params *params, const wn_array *array)
{
    wn_map *map;
    ck_assert_int_eq(wn_map_create(params, array->height, array->width, NULL, &map), WN_OK);
    return map;
}

struct chunk encode(const wn_map *map, const wn_params *params, const wn_array *array,
                    const void *frames)
{
    const size_t bound = wn_encode_bound(array);
    struct chunk chunk = {malloc(bound), 0};
    ck_assert_ptr_nonnull(chunk.bytes);
    ck_assert_int_eq(wn_encode(map, params, array, frames, 1, chunk.bytes, bound, &chunk.size),
                     WN_OK);
    return chunk;
}

uint8_t *decode(const wn_map *map, const struct chunk *chunk, const wn_array *array, wn_noise noise,
                int threads)
{
    const size_t bytes = wn_array_bytes(array);
    uint8_t *frames = malloc(bytes);
    ck_assert_ptr_nonnull(frames);
    ck_assert_int_eq(
        wn_decode(map, chunk->bytes, chunk->size, array, noise, threads, frames, bytes), WN_OK);
    return frames;
}

wn_frame_info first_frame(const struct chunk *chunk)
{
    wn_frame_info info;
    ck_assert_int_eq(wn_chunk_frames(chunk->bytes, chunk->size, 1, &info), WN_OK);
    return info;
}

void reseed(struct chunk *chunk)
{
    const size_t covered = chunk->size - 8;
    store_u64(chunk->bytes + 24, random_bits());
    store_u64(chunk->bytes + covered, XXH64(chunk->bytes, covered, 0));
}

uint8_t *convert(const uint32_t *frame, wn_type type, bool big_endian)
{
    const size_t size = wn_type_size(type);
    const uint64_t maximum = wn_type_maximum(type);
    uint8_t *to = malloc(frame_pixels * size);
    ck_assert_ptr_nonnull(to);
    for (size_t i = 0; i < frame_pixels; i++) {
        const bool flagged = frame[i] == UINT32_MAX;
        const float f32 = flagged ? NAN : (float)frame[i] + 0.25f;
        const double f64 = flagged ? INFINITY : frame[i] + 0.25;
        uint64_t bits = flagged || frame[i] > maximum ? maximum : frame[i];
        if (type == WN_F32) {
            uint32_t word;
            memcpy(&word, &f32, sizeof word);
            bits = word;
        } else if (type == WN_F64) {
            memcpy(&bits, &f64, sizeof bits);
        }
        if (wn_native_big_endian())
            bits <<= 8 * (8 - size);
        memcpy(to + i * size, &bits, size);
    }
    if (big_endian != wn_native_big_endian())
        wn_swap_elements(to, to, frame_pixels, size);
    return to;
}

/* ---- ways of keeping ----------------------------------------------------------------------- */

wn_params with_form(const wn_params *params, size_t form)
{
    static const struct {
        wn_keep keep;
        int32_t pick, block;
    } forms[FORMS] = {
        {WN_KEEP_OUTLIER, 300, 2}, {WN_KEEP_OUTLIER, 100, 5}, {WN_KEEP_CLUSTER, 250, 2},
        {WN_KEEP_CLUSTER, 300, 4}, {WN_KEEP_CLUSTER, 600, 0}, {WN_KEEP_ALL, 0, 0},
    };
    wn_params p = *params;
    p.keep = forms[form].keep;
    p.pick = forms[form].pick;
    p.block = forms[form].block;
    return p;
}
