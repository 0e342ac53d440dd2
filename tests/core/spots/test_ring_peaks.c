/* Ring peaks against a plain version, on plateaus, and beside masked and saturated pixels. */
#include <math.h>
#include <stdlib.h>

#include "core/spots/test_ring_peaks.h"
#include "spots/found_list.h"
#include "spots/ring_background.h"
#include "support/reference_rings.h"
#include "support/unit.h"

/* ---- scenes -------------------------------------------------------------------------------- */

/* As it is, without noise. */
static void set_pixels(struct ring_scene *s)
{
    for (size_t i = 0; i < pixels_of(s); i++)
        put(s, i, s->expected[i]);
}

/* ---- against the plain version ------------------------------------------------------------- */

static void expect_peaks(const struct ring_scene *s, const struct plain_ring_peaks *r,
                         const struct found_list *list)
{
    ck_assert_uint_eq(list->peaks, r->peaks);
    for (size_t i = 0; i < r->peaks; i++) {
        const wn_found_peak *got = &list->peak[i], *wanted = &r->peak[i];
        EXPECT(is_near(got->x, wanted->x) && is_near(got->y, wanted->y) &&
                   is_near(got->variance_x, wanted->variance_x) &&
                   is_near(got->variance_y, wanted->variance_y),
               "peak %zu of %s: at %.12g, %.12g, not %.12g, %.12g; variances %g, %g, not %g, %g", i,
               wn_type_name(s->array.type), got->x, got->y, wanted->x, wanted->y, got->variance_x,
               got->variance_y, wanted->variance_x, wanted->variance_y);
    }
}

static void expect_pixels(const struct plain_ring_peaks *r, const struct found_list *list)
{
    size_t owned = 0;
    for (size_t i = 0; i < r->pixels; i++)
        owned += r->owner[i] != 0;
    ck_assert_uint_eq(list->n, owned);
    for (size_t i = 0; i < list->n; i++) {
        const wn_found_pixel *got = &list->pixel[i], *wanted = &r->found[got->index];
        EXPECT(r->owner[got->index] == got->spot + 1, "pixel %u is of %u, not of %u", got->index,
               got->spot + 1, r->owner[got->index]);
        EXPECT(got->value == wanted->value && got->bits == wanted->bits &&
                   is_near(got->expected, wanted->expected) &&
                   is_near(got->variance, wanted->variance),
               "pixel %u: %g, not %g; bits %u, not %u; expected %.12g, not %.12g", got->index,
               got->value, wanted->value, got->bits, wanted->bits, got->expected, wanted->expected);
    }
}

/* How many peaks there are. */
static size_t expect_plain(const struct ring_scene *s)
{
    const struct pixels pixels =
        wn_pixels_of_frame(&s->array, s->data, s->map->valid, &s->map_params);
    struct plain_ring_peaks r = plain_rings_find(&s->finder, &pixels, &s->background);
    struct found_list list = peaks_of(s);
    const size_t n = r.peaks;
    expect_peaks(s, &r, &list);
    expect_pixels(&r, &list);
    wn_found_list_free(&list);
    plain_rings_free(&r);
    return n;
}

static void expect_plain_of_type(wn_type type, uint64_t seed)
{
    uint64_t random = seed;
    size_t peaks = 0;
    for (int round = 0; round < 80; round++) {
        struct ring_scene s = random_scene(type, &random);
        peaks += expect_plain(&s);
        scene_free(&s);
    }
    EXPECT(peaks > 1000, "only %zu peaks: this shows nothing", peaks);
}

START_TEST(counts_have_the_peaks_of_the_plain_version)
{
    expect_plain_of_type(WN_U16, 1);
    expect_plain_of_type(WN_U32, 2);
    expect_plain_of_type(WN_I32, 3);
}
END_TEST

START_TEST(reals_have_the_peaks_of_the_plain_version)
{
    expect_plain_of_type(WN_F32, 4);
    expect_plain_of_type(WN_F64, 5);
}
END_TEST

/* ---- equal pixels -------------------------------------------------------------------------- */

/* Counts on a background of 0.5 in a square of 60 pixels. */
static struct ring_scene empty_scene(void)
{
    struct ring_scene s = scene_of(WN_U16, 60, 60, NULL);
    set_background(&s, 0.5, 0, 1);
    s.finder.params.connected = 1;
    return s;
}

/* A shape of 3 x 3 pixels, each `scale` pixels wide. */
static void put_shape(struct ring_scene *s, unsigned shape, size_t scale)
{
    for (size_t y = 0; y < 3 * scale; y++)
        for (size_t x = 0; x < 3 * scale; x++)
            if (shape >> (y / scale * 3 + x / scale) & 1)
                put(s, (25 + y) * 60 + 25 + x, 200);
}

START_TEST(equal_pixels_are_one_peak)
{
    for (unsigned shape = 1; shape < 512; shape++) {
        struct ring_scene s = empty_scene();
        put_shape(&s, shape, 1);
        ck_assert_uint_ge(expect_plain(&s), 1);
        scene_free(&s);
    }
    const unsigned square = 511, line = 7, corner = 11;
    const struct {
        unsigned shape;
        size_t scale;
    } whole[] = {{1, 1},      {3, 1},      {line, 1}, {9, 1}, {73, 1}, {27, 1},
                 {square, 1}, {corner, 1}, {1, 2},    {1, 4}, {1, 5},  {1, 6}};
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
        struct ring_scene s = empty_scene();
        put_shape(&s, whole[i].shape, whole[i].scale);
        EXPECT(expect_plain(&s) == 1, "shape %u of pixels %zu wide", whole[i].shape,
               whole[i].scale);
        scene_free(&s);
    }
}
END_TEST

/* Where nothing is expected, the highest pixel is the peak as well. */
START_TEST(peaks_on_nothing_are_where_they_are_highest)
{
    for (int type = 0; type < 2; type++) {
        struct ring_scene s = scene_of(type ? WN_F32 : WN_U32, 60, 60, NULL);
        for (double counts = 30; counts < 1e9; counts *= 10) {
            set_background(&s, 0, 0, 1);
            add_spot(&s, 30.2, 25.9, 1, counts);
            set_pixels(&s);
            struct found_list list = peaks_of(&s);
            EXPECT(list.peaks == 1 && fabs(list.peak[0].x - 30.2) < 0.1 &&
                       fabs(list.peak[0].y - 25.9) < 0.1,
                   "%g counts of %s: %zu peaks, the first at %g, %g", counts,
                   wn_type_name(s.array.type), list.peaks, list.peaks ? list.peak[0].x : NAN,
                   list.peaks ? list.peak[0].y : NAN);
            wn_found_list_free(&list);
        }
        scene_free(&s);
    }
}
END_TEST

/* ---- flags --------------------------------------------------------------------------------- */

/* The bits of all pixels of spots within a pixel of a position; 0: there is no spot. */
static unsigned bits_at(const struct ring_scene *s, double x, double y)
{
    wn_found *found = found_of(s);
    unsigned bits = 0;
    for (size_t i = 0; i < found->n; i++) {
        const wn_found_peak *peak = &found->peak[found->pixel[i].spot];
        if (fabs(peak->x - x) < 1 && fabs(peak->y - y) < 1)
            bits |= found->pixel[i].bits;
    }
    wn_found_free(found);
    return bits;
}

static struct ring_scene noisy_scene(uint8_t *valid, double x, double y, uint64_t *random)
{
    struct ring_scene s = scene_of(WN_U16, 100, 120, valid);
    set_background(&s, 3, 0, 1);
    add_spot(&s, x, y, 1, 1000);
    draw(&s, 1, 0, random);
    return s;
}

START_TEST(spots_tell_where_they_are)
{
    uint64_t random = 6;
    uint8_t *valid = unit_alloc(100 * 120);
    for (size_t i = 0; i < 100 * 120; i++)
        valid[i] = i % 120 < 60 || i % 120 >= 66;
    const struct {
        double x, y;
        bool gap;
        unsigned bits;
    } place[] = {
        {30, 40, true, 0},
        {57.7, 40, true, WN_FOUND_MASKED},
        {67.2, 40, true, WN_FOUND_MASKED},
        {58.6, 40, false, 0},
        {1, 40, false, WN_FOUND_EDGE},
        {118.6, 40.5, false, WN_FOUND_EDGE},
        {50, 0.2, false, WN_FOUND_EDGE},
        {50, 98.8, false, WN_FOUND_EDGE},
        {0.3, 0.4, false, WN_FOUND_EDGE},
        {118.9, 98.6, false, WN_FOUND_EDGE},
        {58, 0.6, true, WN_FOUND_EDGE | WN_FOUND_MASKED},
    };
    for (size_t i = 0; i < sizeof place / sizeof place[0]; i++) {
        struct ring_scene s =
            noisy_scene(place[i].gap ? valid : NULL, place[i].x, place[i].y, &random);
        const unsigned bits = bits_at(&s, place[i].x, place[i].y);
        EXPECT(bits == (place[i].bits | WN_FOUND_STRONG), "bits %u of the spot at %g, %g", bits,
               place[i].x, place[i].y);
        scene_free(&s);
    }
    free(valid);
}
END_TEST

/* Gaps of detectors that write 0 there are gaps. */
START_TEST(spots_beside_blank_areas_are_beside_masked_pixels)
{
    uint64_t random = 7;
    struct ring_scene s = noisy_scene(NULL, 57.7, 40, &random);
    for (size_t i = 0; i < pixels_of(&s); i++)
        if (i % 120 >= 60 && i % 120 < 84)
            put(&s, i, 0);
    ck_assert_uint_eq(bits_at(&s, 57.7, 40), WN_FOUND_STRONG | WN_FOUND_MASKED);
    scene_free(&s);
}
END_TEST

START_TEST(saturated_spots_are_marked)
{
    uint64_t random = 8;
    struct ring_scene s = noisy_scene(NULL, 30, 40, &random);
    const double highest = unit_value(WN_U16, unit_get(&s.array, s.data, 40 * 120 + 30));
    s.finder.saturation = highest + 1;
    ck_assert_uint_eq(bits_at(&s, 30, 40), WN_FOUND_STRONG);
    s.finder.saturation = highest;
    ck_assert_uint_eq(bits_at(&s, 30, 40), WN_FOUND_STRONG | WN_FOUND_SATURATED);
    scene_free(&s);
}
END_TEST

UNIT_MAIN(counts_have_the_peaks_of_the_plain_version, reals_have_the_peaks_of_the_plain_version,
          equal_pixels_are_one_peak, peaks_on_nothing_are_where_they_are_highest,
          spots_tell_where_they_are, spots_beside_blank_areas_are_beside_masked_pixels,
          saturated_spots_are_marked)
