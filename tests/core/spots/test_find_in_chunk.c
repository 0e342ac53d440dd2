/* Finding spots in chunks: the same as on the frames that are restored without noise. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

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

/* ---- chunks -------------------------------------------------------------------------------- */

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

static wn_params params_of(const struct chunk_kind *k)
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
static wn_map *map_of(const struct chunk_kind *k, const wn_params *params)
{
    uint8_t *valid = unit_alloc(PIXELS);
    wn_map *map = NULL;
    for (size_t i = 0; i < PIXELS; i++)
        valid[i] = i % WIDTH < 90 || i % WIDTH > 92 || i / WIDTH < 20;
    ck_assert_int_eq(wn_map_create(params, HEIGHT, WIDTH, k->masked ? valid : NULL, &map), WN_OK);
    free(valid);
    return map;
}

static void put_blank_area(const struct chunk_stack *s)
{
    for (size_t i = 0; i < s->array.frames * PIXELS; i++)
        if (i % PIXELS / WIDTH >= 64 && i % PIXELS / WIDTH < 88)
            unit_put(&s->array, s->data, i, 0);
}

static void encode(struct chunk_stack *s)
{
    const size_t bound = wn_encode_bound(&s->array);
    uint8_t *chunk = unit_alloc(bound);
    ck_assert_int_eq(wn_encode(s->map, &s->params, &s->array, s->data, 1, chunk, bound, &s->size),
                     WN_OK);
    s->chunk = unit_copy(chunk, s->size);
    free(chunk);
}

static struct chunk_stack stack_of(const struct chunk_kind *k)
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

static void stack_free(struct chunk_stack *s)
{
    wn_map_free(s->map);
    free(s->data);
    free(s->chunk);
}

/* Without noise. */
static uint8_t *decoded(const struct chunk_stack *s)
{
    const size_t bytes = wn_array_bytes(&s->array);
    uint8_t *dst = unit_alloc(bytes);
    ck_assert_int_eq(wn_decode(s->map, s->chunk, s->size, &s->array, WN_NOISE_OFF, 1, dst, bytes),
                     WN_OK);
    return dst;
}

static const uint8_t *frame_of(const struct chunk_stack *s, const uint8_t *data, uint32_t frame)
{
    return data + frame * wn_array_bytes(&s->one);
}

/* Do something with chunks of all kinds. */
static void for_all_kinds(void (*act)(const struct chunk_stack *, const struct chunk_kind *))
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

/* ---- rows ---------------------------------------------------------------------------------- */

static void expect_segment(const struct lazy_rows *rows, const struct chunk_stack *s,
                           const uint8_t *frame, size_t first, size_t n)
{
    uint32_t *count = unit_alloc(n * sizeof *count);
    rows->source.counts(&rows->source, first, n, count);
    for (size_t i = 0; i < n; i++) {
        const double value = unit_value(s->array.type, unit_get(&s->one, frame, first + i));
        const bool flagged = value < 0 || unit_get(&s->one, frame, first + i) >=
                                              (s->array.type == WN_U64 || s->array.type == WN_I64
                                                   ? UINT32_MAX
                                                   : unit_flag(s->array.type));
        EXPECT(rows->unflagged[first + i] == !flagged && (flagged || count[i] == value),
               "pixel %zu of %s: %u, not %g; flagged %d", first + i, wn_type_name(s->array.type),
               count[i], value, flagged);
    }
    free(count);
}

/* All of it, and parts of any length. */
static void expect_rows(const struct lazy_rows *rows, const struct chunk_stack *s,
                        const uint8_t *frame)
{
    uint64_t random = 1;
    expect_segment(rows, s, frame, 0, PIXELS);
    for (int i = 0; i < 100; i++) {
        const size_t first = (size_t)unit_integer(&random, 0, PIXELS - 1);
        const size_t most = PIXELS - first < 400 ? PIXELS - first : 400;
        expect_segment(rows, s, frame, first, (size_t)unit_integer(&random, 1, (int64_t)most));
    }
}

static size_t rows_seen;

static void compare_rows(const struct chunk_stack *s, const struct chunk_kind *k)
{
    uint8_t *data = decoded(s);
    for (uint32_t i = 0; i < k->frames; i++) {
        struct chunk_header h;
        struct frame_record record;
        struct separated_frame f;
        struct lazy_rows rows;
        ck_assert_int_eq(wn_frame_record_find(s->chunk, s->size, &s->array, i, &h, &record), WN_OK);
        if (record.form < WN_FORM_SEPARATED)
            continue;
        ck_assert_int_eq(wn_frame_read(&record, s->map, k->type, &f), WN_OK);
        const bool can = wn_lazy_rows_can(&f, k->type);
        const bool drawn = record.form == WN_FORM_SEPARATED && k->keeping != PLACES_AND_BLOCKS &&
                           k->keeping != SMALL_BLOCKS;
        ck_assert_int_eq(can, drawn && !unit_is_float(k->type));
        if (can) {
            ck_assert_int_eq(wn_lazy_rows_create(s->map, &f, k->type, &rows), WN_OK);
            expect_rows(&rows, s, frame_of(s, data, i));
            wn_lazy_rows_free(&rows);
            rows_seen++;
        }
        wn_separated_frame_free(&f);
    }
    free(data);
}

START_TEST(rows_are_as_decoded)
{
    for_all_kinds(compare_rows);
    EXPECT(rows_seen > 300, "%zu frames", rows_seen);
}
END_TEST

/* ---- spots --------------------------------------------------------------------------------- */

static bool same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static bool same_pixel(const wn_found_pixel *a, const wn_found_pixel *b)
{
    return a->index == b->index && a->spot == b->spot && a->value == b->value &&
           a->expected == b->expected && a->variance == b->variance && a->bits == b->bits;
}

static bool same_peak(const wn_found_peak *a, const wn_found_peak *b)
{
    return a->x == b->x && a->y == b->y && a->variance_x == b->variance_x &&
           a->variance_y == b->variance_y;
}

static void expect_same(const wn_found *got, const wn_found *wanted, const char *method,
                        const struct chunk_kind *k)
{
    EXPECT(got->n == wanted->n && got->strong == wanted->strong && got->peaks == wanted->peaks &&
               same_number(got->background, wanted->background),
           "%s in %s, kept as %d, radial %d, masked %d, blank %d, mean %g: %zu pixels of %zu peaks "
           "on %g, not %zu of %zu on %g",
           method, wn_type_name(k->type), k->keeping, k->radial, k->masked, k->blank, k->mean,
           got->n, got->peaks, got->background, wanted->n, wanted->peaks, wanted->background);
    for (size_t i = 0; i < got->n; i++)
        EXPECT(same_pixel(&got->pixel[i], &wanted->pixel[i]), "%s in %s, kept as %d: pixel %zu",
               method, wn_type_name(k->type), k->keeping, i);
    for (size_t i = 0; i < got->peaks; i++)
        EXPECT(same_peak(&got->peak[i], &wanted->peak[i]), "%s in %s, kept as %d: peak %zu", method,
               wn_type_name(k->type), k->keeping, i);
}

static wn_finder *finder_of(const struct chunk_stack *s, wn_spot_method method)
{
    wn_spot_params params;
    wn_finder *finder = NULL;
    wn_spot_params_init(method, &params);
    params.threshold = 5;
    ck_assert_int_eq(wn_finder_create(&params, s->map, &s->params, 90, &finder), WN_OK);
    return finder;
}

static size_t pixels_seen[WN_SPOTS_PYFAI + 1];

/* Methods that see nothing but pixels. */
static void compare_methods(const struct chunk_stack *s, const struct chunk_kind *k)
{
    const wn_spot_method methods[] = {WN_SPOTS_DISPERSION, WN_SPOTS_DISPERSION_EXTENDED,
                                      WN_SPOTS_PEAKFINDER8};
    uint8_t *data = decoded(s);
    for (int i = 0; i < (k->radial ? 3 : 2); i++) {
        wn_finder *finder = finder_of(s, methods[i]);
        for (uint32_t frame = 0; frame < k->frames; frame++) {
            wn_found *got = NULL, *wanted = NULL;
            ck_assert_int_eq(wn_find_in_chunk(finder, s->chunk, s->size, &s->array, frame, &got),
                             WN_OK);
            ck_assert_int_eq(wn_find(finder, &s->one, frame_of(s, data, frame), &wanted), WN_OK);
            expect_same(got, wanted, wn_spot_method_name(methods[i]), k);
            pixels_seen[methods[i]] += got->n;
            wn_found_free(got);
            wn_found_free(wanted);
        }
        wn_finder_free(finder);
    }
    free(data);
}

START_TEST(spots_of_pixels_are_as_on_decoded_frames)
{
    for_all_kinds(compare_methods);
    for (int i = WN_SPOTS_DISPERSION; i <= WN_SPOTS_PEAKFINDER8; i++)
        EXPECT(pixels_seen[i] > 5000, "%zu pixels", pixels_seen[i]);
}
END_TEST

/* Areas of zeros that are no background: where there are any, blank areas are looked for. */
static bool has_zeros(const struct rect_list *flagged)
{
    size_t largest = 0;
    for (size_t i = 0; i < flagged->n; i++) {
        const struct rect *a = &flagged->area[i];
        const size_t zeros = a->bits == 0 ? (size_t)a->width * a->height : 0;
        largest = zeros > largest ? zeros : largest;
    }
    return largest >= 8;
}

static size_t blanks_seen;

/* On the decoded frame, with the background in the chunk. */
static wn_found *rings_on_decoded(const struct chunk_stack *s, const wn_finder *finder, uint32_t i,
                                  const uint8_t *frame)
{
    struct chunk_header h;
    struct frame_record record;
    struct separated_frame f;
    struct ring_background background;
    struct pixels pixels = wn_pixels_of_frame(&s->one, frame, s->map->valid, &s->params);
    uint8_t *mask = NULL;
    wn_found *found = NULL;
    ck_assert_int_eq(wn_frame_record_find(s->chunk, s->size, &s->array, i, &h, &record), WN_OK);
    if (record.form < WN_FORM_SEPARATED) {
        ck_assert_int_eq(wn_find(finder, &s->one, frame, &found), WN_OK);
        return found;
    }
    ck_assert_int_eq(wn_frame_read(&record, s->map, s->array.type, &f), WN_OK);
    if (f.coded.mean && f.first_kept)
        ck_assert_int_eq(wn_count_list_kept(s->map, &f, s->array.type), WN_OK);
    ck_assert_int_eq(
        wn_ring_background_of_chunk(s->map, &f, unit_is_float(s->array.type), &background), WN_OK);
    if (has_zeros(&f.flagged))
        ck_assert_int_eq(wn_blank_areas_find(&pixels, &mask), WN_OK);
    blanks_seen += !!mask;
    if (mask)
        pixels.valid = mask;
    ck_assert_int_eq(wn_find_on_pixels(finder, &pixels, &background, &found), WN_OK);
    wn_ring_background_free(&background);
    wn_separated_frame_free(&f);
    free(mask);
    return found;
}

static void compare_rings(const struct chunk_stack *s, const struct chunk_kind *k)
{
    uint8_t *data = decoded(s);
    wn_finder *finder = finder_of(s, WN_SPOTS_RING);
    for (uint32_t frame = 0; frame < k->frames; frame++) {
        wn_found *got = NULL;
        wn_found *wanted = rings_on_decoded(s, finder, frame, frame_of(s, data, frame));
        ck_assert_int_eq(wn_find_in_chunk(finder, s->chunk, s->size, &s->array, frame, &got),
                         WN_OK);
        expect_same(got, wanted, "ring", k);
        pixels_seen[WN_SPOTS_RING] += got->n;
        wn_found_free(got);
        wn_found_free(wanted);
    }
    wn_finder_free(finder);
    free(data);
}

START_TEST(rings_are_as_on_decoded_frames)
{
    for_all_kinds(compare_rings);
    EXPECT(pixels_seen[WN_SPOTS_RING] > 50000, "%zu pixels", pixels_seen[WN_SPOTS_RING]);
    EXPECT(blanks_seen > 100, "%zu frames with blank areas", blanks_seen);
}
END_TEST

/* ---- as on the frames that were packed ----------------------------------------------------- */

/* Counts above the background. */
static double intensity_of(const wn_found *found, size_t spot)
{
    double sum = 0;
    for (size_t i = 0; i < found->n; i++)
        sum += found->pixel[i].spot == spot ? found->pixel[i].value - found->pixel[i].expected : 0;
    return sum;
}

/* How many of the spots of one above so many counts there are, and how many within two pixels of
 * one of another: where spots touch, the background decides which is the peak. */
struct agreement {
    size_t strong, same;
};

static void add_agreement(const wn_found *one, const wn_found *other, double counts,
                          struct agreement *a)
{
    for (size_t i = 0; i < one->peaks; i++) {
        bool same = false;
        for (size_t k = 0; k < other->peaks && !same; k++)
            same = hypot(one->peak[i].x - other->peak[k].x, one->peak[i].y - other->peak[k].y) < 2;
        if (intensity_of(one, i) < counts)
            continue;
        a->strong++;
        a->same += same;
    }
}

static struct agreement agreement;

static void compare_with_raw(const struct chunk_stack *s, const struct chunk_kind *k)
{
    if (k->dummy) /* many pixels have it */
        return;
    wn_finder *finder = finder_of(s, WN_SPOTS_RING);
    for (uint32_t frame = 0; frame < k->frames; frame++) {
        wn_found *packed = NULL, *raw = NULL;
        ck_assert_int_eq(wn_find_in_chunk(finder, s->chunk, s->size, &s->array, frame, &packed),
                         WN_OK);
        ck_assert_int_eq(wn_find(finder, &s->one, frame_of(s, s->data, frame), &raw), WN_OK);
        /* these small frames are full of spots: lower means are only roughly known */
        EXPECT(k->mean < 1 || fabs(packed->background / raw->background - 1) < 0.2,
               "%s, kept as %d, mean %g: background %g, not %g", wn_type_name(k->type), k->keeping,
               k->mean, packed->background, raw->background);
        add_agreement(raw, packed, 200, &agreement);
        add_agreement(packed, raw, 200, &agreement);
        wn_found_free(packed);
        wn_found_free(raw);
    }
    wn_finder_free(finder);
}

START_TEST(strong_spots_are_as_on_raw_frames)
{
    for_all_kinds(compare_with_raw);
    EXPECT(agreement.strong > 10000 && agreement.same >= 0.999 * (double)agreement.strong,
           "%zu of %zu", agreement.same, agreement.strong);
}
END_TEST

/* ---- frames that are stored without loss --------------------------------------------------- */

/* All pixels alike: Blosc. Any bytes: as they are. */
START_TEST(lossless_frames_are_searched)
{
    for (int i = 0; i < 20; i++) {
        const struct chunk_kind k = {
            .type = unit_types[i / 2], .mean = 1, .radial = true, .frames = 2};
        struct chunk_stack s = stack_of(&k);
        wn_frame_info info[2];
        uint64_t random = 3;
        for (size_t byte = 0; byte < wn_array_bytes(&s.array); byte++)
            s.data[byte] = i % 2 ? (uint8_t)unit_random(&random) : 0;
        free(s.chunk);
        encode(&s);
        ck_assert_int_eq(wn_chunk_frames(s.chunk, s.size, 2, info), WN_OK);
        EXPECT(info[1].form < WN_FORM_SEPARATED || i % 2, "%s is stored as %d",
               wn_type_name(k.type), info[1].form);
        compare_methods(&s, &k);
        compare_rings(&s, &k);
        stack_free(&s);
    }
}
END_TEST

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

/* At so few counts the filter's own rule keeps all but zeros, and the law tells no more than that.
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

UNIT_MAIN(rows_are_as_decoded, spots_of_pixels_are_as_on_decoded_frames,
          rings_are_as_on_decoded_frames, strong_spots_are_as_on_raw_frames,
          lossless_frames_are_searched, what_does_not_fit_is_refused,
          frames_of_another_size_are_refused, the_background_of_kept_counts_is_known,
          damage_is_an_error)
