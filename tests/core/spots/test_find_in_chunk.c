/* Finding spots in chunks: the same as on the frames that are restored without noise. */
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
#include "spots/find.h"
#include "spots/finder.h"
#include "spots/ring_background.h"
#include "spots/ring_field.h"
#include "support/unit.h"

/* ---- chunks -------------------------------------------------------------------------------- */

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

/* How many spots of one list are above a number of counts, and how many within two pixels of
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

UNIT_MAIN(rows_are_as_decoded, spots_of_pixels_are_as_on_decoded_frames,
          rings_are_as_on_decoded_frames, strong_spots_are_as_on_raw_frames,
          lossless_frames_are_searched)
