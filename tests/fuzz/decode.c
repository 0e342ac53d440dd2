/*
 * Fuzz target: reading chunks.
 *
 * Input: one byte that says how (1: make size and checksum right before, so that the contents are
 * looked at; 2, 4: noise; 8: two threads; 16: expect another array), then the chunk.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/unit.h"
#include "support/unit_fuzz.h"

enum { RESEAL = 1, NOISE = 6, THREADS = 8, OTHER_ARRAY = 16 };

/* Arrays up to this size are decoded. */
#define LARGEST 65536

/* Frames of more are not listed one by one. */
#define MAX_FRAMES 100

/* At most this many frames are searched for spots. */
#define MAX_SEARCHED 3

static uint32_t u32_at(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* What the chunk says it is, if that is small enough. */
static wn_array expected_array(const uint8_t *chunk, size_t size, unsigned how)
{
    wn_array a = {WN_U16, false, 1, 20, 30};
    if (size >= 32 && !(how & OTHER_ARRAY)) {
        const wn_array claimed = {(wn_type)(chunk[6] | chunk[7] << 8), chunk[5] & 1,
                                  u32_at(chunk + 8), u32_at(chunk + 12), u32_at(chunk + 16)};
        const size_t bytes = wn_array_bytes(&claimed);
        if (bytes > 0 && bytes <= LARGEST)
            a = claimed;
    }
    return a;
}

/* Damage has a status of its own; running out of memory would mean that the chunk had a say in how
 * much is allocated. */
static bool is_damage(wn_status status)
{
    return status == WN_ERR_TRUNCATED || status == WN_ERR_MAGIC || status == WN_ERR_VERSION ||
           status == WN_ERR_CHECKSUM || status == WN_ERR_CORRUPT || status == WN_ERR_MISMATCH;
}

static void look_at(const uint8_t *chunk, size_t size, const wn_array *a, bool decoded)
{
    wn_chunk_info info;
    const wn_status status = wn_chunk_inspect(chunk, size, &info);
    FUZZ_EXPECT(status == WN_OK || (is_damage(status) && !decoded));
    FUZZ_EXPECT(status != WN_OK || wn_array_bytes(&info.array) > 0);
    wn_frame_info frame[MAX_FRAMES + 1];
    const uint32_t frames = status == WN_OK ? info.array.frames : 3;
    if (frames > MAX_FRAMES)
        return;
    FUZZ_EXPECT(wn_chunk_frames(chunk, size, frames + 1, frame) != WN_OK);
    const wn_status listed = wn_chunk_frames(chunk, size, frames, frame);
    FUZZ_EXPECT(listed == WN_OK || (is_damage(listed) && !decoded));
    size_t bytes = 0;
    for (uint32_t i = 0; i < frames && listed == WN_OK; i++) {
        bytes += frame[i].bytes;
        FUZZ_EXPECT(bytes <= size);
        const size_t pixels = (size_t)a->height * a->width;
        const bool separated = frame[i].form >= WN_FORM_SEPARATED;
        FUZZ_EXPECT(!decoded || (frame[i].kept <= pixels && frame[i].flagged <= pixels));
        FUZZ_EXPECT(separated || (frame[i].kept == 0 && frame[i].flagged == 0));
    }
}

/* Frames as they are stored: what can be decoded can be read, and lies within its frame. */
static void look_at_stored(const uint8_t *chunk, size_t size, const wn_array *a, bool decoded)
{
    const size_t pixels = (size_t)a->height * a->width;
    for (uint32_t frame = 0; frame < a->frames && frame < MAX_FRAMES; frame++) {
        wn_stored_frame *f = NULL;
        const wn_status status = wn_chunk_stored_frame(NULL, chunk, size, a, frame, &f);
        FUZZ_EXPECT(status == WN_OK || (is_damage(status) && !decoded));
        FUZZ_EXPECT((status == WN_OK) == !!f);
        if (status != WN_OK)
            continue;
        for (size_t i = 0; i < f->kept; i++)
            FUZZ_EXPECT(f->kept_index[i] < (i + 1 < f->kept ? f->kept_index[i + 1] : pixels));
        for (size_t i = 0; i < f->flagged; i++)
            FUZZ_EXPECT(f->flagged_index[i] <
                        (i + 1 < f->flagged ? f->flagged_index[i + 1] : pixels));
        wn_stored_frame_free(f);
    }
}

/* ---- spots --------------------------------------------------------------------------------- */

static void expect_within(const wn_found *found, size_t pixels)
{
    size_t strong = 0;
    for (size_t i = 0; i < found->n; i++) {
        const wn_found_pixel *p = &found->pixel[i];
        FUZZ_EXPECT(p->index < (i + 1 < found->n ? p[1].index : pixels));
        FUZZ_EXPECT(p->spot < found->peaks || p->spot == WN_SPOT_BY_NEIGHBOURS);
        strong += p->bits & WN_FOUND_STRONG;
    }
    FUZZ_EXPECT(strong == found->strong && found->peaks <= pixels);
}

static void find_by(wn_spot_method method, const wn_map *map, const uint8_t *chunk, size_t size,
                    const wn_array *a, bool decoded)
{
    const wn_params map_params = {.bins = 16};
    wn_spot_params params;
    wn_finder *finder = NULL;
    wn_spot_params_init(method, &params);
    FUZZ_EXPECT(wn_finder_create(&params, map, &map_params, 1000, &finder) == WN_OK);
    for (uint32_t frame = 0; frame < a->frames && frame < MAX_SEARCHED; frame++) {
        wn_found *found = NULL;
        const wn_status status = wn_find_in_chunk(finder, chunk, size, a, frame, &found);
        FUZZ_EXPECT(status == WN_OK || (is_damage(status) && !decoded));
        FUZZ_EXPECT((status == WN_OK) == !!found);
        if (found)
            expect_within(found, (size_t)a->height * a->width);
        wn_found_free(found);
    }
    wn_finder_free(finder);
}

/* What can be decoded can be searched, and what is found lies within its frame. */
static void find_spots(const uint8_t *chunk, size_t size, const wn_array *a, bool decoded)
{
    const wn_params params = {.bins = 16};
    wn_map *map = NULL;
    if (wn_map_for_chunk(chunk, size, a, &map) != WN_OK || !map)
        (void)wn_map_create(&params, a->height, a->width, NULL, &map);
    if (map) {
        find_by(WN_SPOTS_RING, map, chunk, size, a, decoded);
        find_by(WN_SPOTS_DISPERSION, map, chunk, size, a, decoded);
    }
    wn_map_free(map);
}

/* ---- decoding ------------------------------------------------------------------------------ */

/* With the chunk's own map, with another one, and without: the same frames. */
static void decode_with_maps(const uint8_t *chunk, size_t size, const wn_array *a, wn_noise noise,
                             const uint8_t *expected)
{
    const size_t bytes = wn_array_bytes(a);
    uint8_t *dst = unit_alloc(bytes);
    wn_map *own = NULL, *other = NULL;
    const wn_params p = {.bins = 16};
    FUZZ_EXPECT(wn_map_for_chunk(chunk, size, a, &own) == WN_OK);
    FUZZ_EXPECT(!own || wn_map_fits(own, chunk, size));
    FUZZ_EXPECT(wn_decode(own, chunk, size, a, noise, 2, dst, bytes) == WN_OK);
    FUZZ_EXPECT(memcmp(dst, expected, bytes) == 0);
    if (wn_map_create(&p, a->height, a->width, NULL, &other) == WN_OK) {
        FUZZ_EXPECT(wn_decode(other, chunk, size, a, noise, 1, dst, bytes) == WN_OK);
        FUZZ_EXPECT(memcmp(dst, expected, bytes) == 0);
        (void)wn_map_fits(other, chunk, size);
    }
    wn_map_free(own);
    wn_map_free(other);
    free(dst);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    const unsigned how = data[0];
    uint8_t *chunk = unit_copy(data + 1, size - 1);
    if (how & RESEAL)
        unit_seal(chunk, size - 1);
    const wn_array a = expected_array(chunk, size - 1, how);
    const size_t bytes = wn_array_bytes(&a);
    const wn_noise noise = (wn_noise)((how & NOISE) / 2 % 3);
    uint8_t *dst = malloc(bytes);
    FUZZ_EXPECT(dst);
    const wn_status status =
        wn_decode(NULL, chunk, size - 1, &a, noise, how & THREADS ? 2 : 1, dst, bytes);
    FUZZ_EXPECT(status == WN_OK || is_damage(status));
    look_at(chunk, size - 1, &a, status == WN_OK);
    look_at_stored(chunk, size - 1, &a, status == WN_OK);
    find_spots(chunk, size - 1, &a, status == WN_OK);
    if (status == WN_OK) {
        decode_with_maps(chunk, size - 1, &a, noise, dst);
    } else {
        wn_map *map = NULL;
        const wn_status mapped = wn_map_for_chunk(chunk, size - 1, &a, &map);
        FUZZ_EXPECT(mapped == WN_OK || is_damage(mapped));
        wn_map_free(map);
    }
    free(dst);
    free(chunk);
    return 0;
}

/* ---- seeds --------------------------------------------------------------------------------- */

/* Clusters, everything, and blocks of all sizes. */
static void keep_places(size_t number, const wn_array *a, wn_params *p)
{
    const bool real = wn_type_is_float(a->type);
    p->keep = real ? WN_KEEP_ALL : (wn_keep)(1 + number / 10 % 3);
    p->block = p->keep == WN_KEEP_ALL || number % 7 == 0 ? 0 : (int32_t)(2 + number % 7);
    p->halo = p->keep == WN_KEEP_CLUSTER ? (int32_t)(number % 3) : 0;
}

/* One chunk: every type, both orders and models, one and several frames, normalised or not; noise
 * that is stored as it is, and constant frames; kept grids and blocks. */
size_t fuzz_seed(size_t number, uint8_t **seed)
{
    if (number >= 100)
        return 0;
    const wn_array a = {unit_types[number % 10], number / 10 % 2, 1 + (uint32_t)(number / 7 % 3),
                        20 + (uint32_t)(number % 17), 18 + (uint32_t)(number % 23)};
    const struct unit_scene scene = {.seed = number,
                                     .mean = number % 4 == 3 && wn_type_size(a.type) > 1 ? 900 : 3,
                                     .dispersion = number % 3 ? 1 : 2,
                                     .peaks = 2,
                                     .peak = 60,
                                     .gaps = number % 2};
    wn_params p = {.pick = 300, .bins = number % 5 ? 8 : 0};
    if (number / 10 % 2) {
        p.centre_x = 9000;
        p.centre_y = 11000;
        p.distance = 40000;
        p.rot1 = number % 3 ? 0 : 100000;
        p.solid_angle = number % 4 == 1;
        p.polarised = number % 8 == 2;
    }
    if (number >= 40)
        keep_places(number, &a, &p);
    uint8_t *src = unit_frames(&a, &scene, NULL);
    uint64_t random = number;
    for (size_t i = 0; number % 9 == 8 && i < wn_array_bytes(&a); i++)
        src[i] = (uint8_t)unit_random(&random);
    wn_map *map = NULL;
    FUZZ_EXPECT(wn_map_create(&p, a.height, a.width, NULL, &map) == WN_OK);
    const size_t bound = wn_encode_bound(&a);
    size_t n = 0;
    *seed = unit_alloc(1 + bound);
    (*seed)[0] = (uint8_t)(number * 2);
    FUZZ_EXPECT(wn_encode(map, &p, &a, src, 1, *seed + 1, bound, &n) == WN_OK);
    wn_map_free(map);
    free(src);
    return 1 + n;
}
