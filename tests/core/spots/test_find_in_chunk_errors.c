/* Finding spots in chunks that do not fit the finder or are damaged; the background of counted
 * frames. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/spots/test_find_in_chunk.h"
#include "decode/count_restore.h"
#include "decode/frame_read.h"
#include "decode/lazy_rows.h"
#include "decode/separated_frame.h"
#include "format/chunk_header.h"
#include "frame/blank_areas.h"
#include "geometry/map.h"
#include "spots/find.h"
#include "spots/finder.h"
#include "spots/ring_background.h"
#include "spots/ring_field.h"
#include "support/unit.h"

/* ---- errors -------------------------------------------------------------------------------- */

START_TEST(what_does_not_fit_is_refused)
{
    const struct chunk_kind k = {.type = WN_U16, .mean = 1, .radial = true, .frames = 2};
    struct chunk_stack s = stack_of(&k);
    const struct chunk_kind tiles = {.type = WN_U16, .mean = 1};
    const wn_params other_params = params_of(&tiles);
    struct chunk_stack other = s;
    other.params = other_params;
    other.map = map_of(&tiles, &other_params);
    wn_found *found = NULL;
    wn_finder *finder = finder_of(&s, WN_SPOTS_RING), *unfit = finder_of(&other, WN_SPOTS_RING);
    ck_assert_int_eq(wn_find_in_chunk(finder, s.chunk, s.size, &s.array, 2, &found),
                     WN_ERR_ARGUMENT);
    ck_assert_int_eq(wn_find_in_chunk(finder, s.chunk, s.size, &s.array, UINT32_MAX, &found),
                     WN_ERR_ARGUMENT);
    ck_assert_int_eq(wn_find_in_chunk(finder, s.chunk, s.size, &s.one, 0, &found), WN_ERR_MISMATCH);
    ck_assert_int_eq(wn_find_in_chunk(unfit, s.chunk, s.size, &s.array, 0, &found),
                     WN_ERR_MISMATCH);
    ck_assert_int_eq(wn_find_in_chunk(finder, s.chunk, s.size - 1, &s.array, 0, &found),
                     WN_ERR_TRUNCATED);
    s.chunk[s.size / 2] ^= 1;
    ck_assert_int_eq(wn_find_in_chunk(finder, s.chunk, s.size, &s.array, 0, &found),
                     WN_ERR_CHECKSUM);
    ck_assert_ptr_null(found);
    wn_finder_free(finder);
    wn_finder_free(unfit);
    wn_map_free(other.map);
    stack_free(&s);
}
END_TEST

/* A frame of another size is not the map's, even if it is stored without loss. */
START_TEST(frames_of_another_size_are_refused)
{
    const struct chunk_kind k = {.type = WN_U8, .mean = 1, .radial = true, .frames = 1};
    struct chunk_stack s = stack_of(&k);
    const wn_array small = {WN_U8, false, 1, 20, 20};
    uint8_t frame[400] = {0}, chunk[4000];
    size_t size = 0;
    wn_map *map = NULL;
    wn_found *found = NULL;
    wn_finder *finder = finder_of(&s, WN_SPOTS_DISPERSION);
    ck_assert_int_eq(wn_map_create(&s.params, 20, 20, NULL, &map), WN_OK);
    ck_assert_int_eq(wn_encode(map, &s.params, &small, frame, 1, chunk, sizeof chunk, &size),
                     WN_OK);
    ck_assert_int_eq(wn_find_in_chunk(finder, chunk, size, &small, 0, &found), WN_ERR_MISMATCH);
    wn_finder_free(finder);
    wn_map_free(map);
    stack_free(&s);
}
END_TEST

/* At so few counts the default rule keeps all but zeros, and the distribution says no more than
 * that.
 */
START_TEST(the_background_of_kept_counts_is_known)
{
    const double means[] = {0.02, 0.05, 0.1};
    for (size_t m = 0; m < sizeof means / sizeof means[0]; m++) {
        const wn_array array = {WN_U16, wn_native_big_endian(), 1, 400, 400};
        const size_t pixels = (size_t)array.height * array.width, most = wn_encode_bound(&array);
        uint16_t *frame = unit_alloc(pixels * sizeof *frame);
        uint8_t *chunk = unit_alloc(most);
        uint64_t random = 3 + m;
        size_t size, n = 0;
        wn_params params;
        wn_map *map;
        struct chunk_header header;
        struct frame_record record;
        struct separated_frame separated;
        struct ring_background background;
        for (size_t i = 0; i < pixels; i++)
            frame[i] = (uint16_t)unit_poisson(&random, means[m]);
        wn_params_init(&params);
        ck_assert_int_eq(wn_map_create(&params, array.height, array.width, NULL, &map), WN_OK);
        ck_assert_int_eq(wn_encode(map, &params, &array, frame, 1, chunk, most, &size), WN_OK);
        ck_assert_int_eq(wn_frame_record_find(chunk, size, &array, 0, &header, &record), WN_OK);
        ck_assert_int_eq(record.form, WN_FORM_SEPARATED);
        ck_assert_int_eq(wn_frame_read(&record, map, array.type, &separated), WN_OK);
        ck_assert_int_eq(wn_ring_background_of_chunk(map, &separated, false, &background), WN_OK);
        for (size_t i = 0; i < map->cells; i++)
            n += separated.first_kept[i] == 1;
        EXPECT(2 * n > map->cells, "%zu of %zu cells keep all but zeros", n, map->cells);
        const double mean = wn_ring_background_mean(map, &background);
        EXPECT(fabs(mean / means[m] - 1) < 0.05, "%g instead of %g", mean, means[m]);
        wn_ring_background_free(&background);
        wn_separated_frame_free(&separated);
        wn_map_free(map);
        free(frame);
        free(chunk);
    }
}
END_TEST

static bool is_damage(wn_status status)
{
    return status == WN_ERR_TRUNCATED || status == WN_ERR_MAGIC || status == WN_ERR_VERSION ||
           status == WN_ERR_CHECKSUM || status == WN_ERR_CORRUPT || status == WN_ERR_MISMATCH;
}

static size_t damaged;

/* A byte is another, and the checksum is right. What wn_decode() refuses is refused. */
static void damage(const struct chunk_stack *s, const struct chunk_kind *k)
{
    uint64_t random = (uint64_t)k->type;
    const size_t bytes = wn_array_bytes(&s->array);
    uint8_t *dst = unit_alloc(bytes);
    wn_finder *finders[] = {finder_of(s, WN_SPOTS_RING), finder_of(s, WN_SPOTS_DISPERSION)};
    for (int round = 0; round < 6; round++) {
        uint8_t *chunk = unit_copy(s->chunk, s->size);
        const size_t from = round % 2 ? 32 : 0;
        chunk[from + unit_random(&random) % (s->size - from)] ^=
            (uint8_t)(1 + unit_random(&random) % 255);
        unit_seal(chunk, s->size);
        const wn_status decoding =
            wn_decode(s->map, chunk, s->size, &s->array, WN_NOISE_OFF, 1, dst, bytes);
        for (int i = 0; i < 2; i++) {
            wn_status worst = WN_OK;
            for (uint32_t frame = 0; frame < k->frames; frame++) {
                wn_found *found = NULL;
                const wn_status status =
                    wn_find_in_chunk(finders[i], chunk, s->size, &s->array, frame, &found);
                ck_assert(status == WN_OK || is_damage(status));
                ck_assert((status == WN_OK) == !!found);
                worst = status != WN_OK ? status : worst;
                wn_found_free(found);
            }
            EXPECT(decoding == WN_OK || worst != WN_OK, "%s of %s, kept as %d",
                   wn_strerror(decoding), wn_type_name(k->type), k->keeping);
            damaged += worst != WN_OK;
        }
        free(chunk);
    }
    wn_finder_free(finders[0]);
    wn_finder_free(finders[1]);
    free(dst);
}

START_TEST(damage_is_an_error)
{
    for_all_kinds(damage);
    EXPECT(damaged > 500, "%zu errors", damaged);
}
END_TEST

UNIT_MAIN(what_does_not_fit_is_refused, frames_of_another_size_are_refused,
          the_background_of_kept_counts_is_known, damage_is_an_error)
