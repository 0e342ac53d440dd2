/* Ring peaks: against a plain version, on spots that are known, and on frames that are odd. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "geometry/map.h"
#include "spots/found_list.h"
#include "spots/ring_background.h"
#include "support/reference_rings.h"
#include "support/unit.h"

/* ---- scenes -------------------------------------------------------------------------------- */

/* A frame on a background that is known. */
struct ring_scene {
    wn_array array;
    wn_params map_params;
    wn_map *map;
    struct ring_background background;
    double *expected; /* [pixels] of the background as it is, spots in time added */
    uint8_t *data;
    struct wn_finder finder;
};

static size_t pixels_of(const struct ring_scene *s)
{
    return (size_t)s->array.height * s->array.width;
}

static void random_mask(const struct ring_scene *s, uint8_t *valid, uint64_t *random)
{
    const uint32_t gap_x = (uint32_t)unit_integer(random, 0, s->array.width);
    const uint32_t gap_y = (uint32_t)unit_integer(random, 0, s->array.height);
    const uint32_t gap = (uint32_t)unit_integer(random, 0, 4);
    const uint64_t dead = 1 + (uint64_t)unit_integer(random, 20, 400);
    for (size_t i = 0; i < pixels_of(s); i++) {
        const uint32_t x = (uint32_t)(i % s->array.width), y = (uint32_t)(i / s->array.width);
        valid[i] = !(x >= gap_x && x < gap_x + gap) && !(y >= gap_y && y < gap_y + gap) &&
                   unit_random(random) % dead != 0;
    }
}

static struct ring_scene scene_of(wn_type type, uint32_t height, uint32_t width,
                                  const uint8_t *valid)
{
    struct ring_scene s = {.array = {type, wn_native_big_endian(), 1, height, width}};
    wn_params_init(&s.map_params);
    s.map_params.model = WN_MODEL_TILES;
    s.map_params.bins = height < 1000 ? 16 : 64;
    ck_assert_int_eq(wn_map_create(&s.map_params, height, width, valid, &s.map), WN_OK);
    s.background.mean = unit_alloc(s.map->cells * sizeof *s.background.mean);
    s.background.dispersion = unit_alloc(s.map->cells * sizeof *s.background.dispersion);
    if (unit_is_float(type))
        s.background.variance = unit_alloc(s.map->cells * sizeof *s.background.variance);
    s.expected = unit_alloc(pixels_of(&s) * sizeof *s.expected);
    s.data = unit_alloc(wn_array_bytes(&s.array));
    s.finder = (struct wn_finder){.map = s.map, .map_params = s.map_params, .saturation = NAN};
    wn_spot_params_init(WN_SPOTS_RING, &s.finder.params);
    return s;
}

static void scene_free(struct ring_scene *s)
{
    wn_map_free(s->map);
    wn_ring_background_free(&s->background);
    free(s->expected);
    free(s->data);
}

/* The same in all of a cell: a slope along both axes. */
static void set_background(struct ring_scene *s, double mean, double slope, double dispersion)
{
    for (size_t i = pixels_of(s); i-- > 0;) {
        const double x = (double)(i % s->array.width), y = (double)(i / s->array.width);
        const size_t cell = s->map->cell[i];
        const double rise = 1 + slope * (x / s->array.width + y / s->array.height);
        s->background.mean[cell] = (float)(mean * rise);
        s->background.dispersion[cell] = s->background.variance ? 1 : (float)dispersion;
        if (s->background.variance)
            s->background.variance[cell] = (float)(mean * rise * dispersion);
    }
    for (size_t i = 0; i < pixels_of(s); i++)
        s->expected[i] = s->background.mean[s->map->cell[i]];
}

/* A Gaussian of so many counts. */
static void add_spot(struct ring_scene *s, double x, double y, double width, double counts)
{
    for (size_t i = 0; i < pixels_of(s); i++) {
        const double dx = (double)(i % s->array.width) - x, dy = (double)(i / s->array.width) - y;
        const double r2 = (dx * dx + dy * dy) / (2 * width * width);
        if (r2 < 20)
            s->expected[i] += counts * exp(-r2) / (6.283185307179586 * width * width);
    }
}

static void put(struct ring_scene *s, size_t index, double value)
{
    unit_put(&s->array, s->data, index, unit_bits(s->array.type, value));
}

/* Noise on what is expected; some pixels are flagged. */
static void draw(struct ring_scene *s, double dispersion, unsigned flags, uint64_t *random)
{
    for (size_t i = 0; i < pixels_of(s); i++) {
        const double mean = s->expected[i];
        put(s, i,
            s->background.variance ? mean + sqrt(mean * dispersion) * unit_gauss(random)
                                   : fmin(unit_counts(random, mean, dispersion), 65000));
        if (flags > 0 && unit_random(random) % flags == 0)
            unit_put(&s->array, s->data, i, unit_flag(s->array.type));
    }
}

/* As it is, without noise. */
static void set_pixels(struct ring_scene *s)
{
    for (size_t i = 0; i < pixels_of(s); i++)
        put(s, i, s->expected[i]);
}

static struct found_list peaks_of(const struct ring_scene *s)
{
    const struct pixels pixels =
        wn_pixels_of_frame(&s->array, s->data, s->map->valid, &s->map_params);
    struct found_list list = {0};
    ck_assert_int_eq(wn_find_ring_peaks(&s->finder, &pixels, &s->background, &list), WN_OK);
    ck_assert(!list.failed);
    return list;
}

static wn_found *found_of(const struct ring_scene *s)
{
    wn_found *found = NULL;
    ck_assert_int_eq(wn_find(&s->finder, &s->array, s->data, &found), WN_OK);
    return found;
}

/* ---- against the plain version ------------------------------------------------------------- */

static void random_params(wn_spot_params *p, uint64_t *random)
{
    const double cutoff[] = {0, 1, 2, 2, 3.5}, significance[] = {1, 3, 5.3, 5.3, 8, 30};
    p->patch = unit_random(random) % 2 ? 3 : 5;
    p->connected = (int)unit_integer(random, 1, unit_random(random) % 2 ? 3 : 9);
    p->cutoff = cutoff[unit_random(random) % 5];
    p->significance = significance[unit_random(random) % 6];
}

/* Most scenes are small; some have several parts that are searched one by one, some hardly any
 * pixels. */
static struct ring_scene random_size(wn_type type, uint64_t *random)
{
    const uint64_t kind = unit_random(random) % 12;
    const uint32_t height = kind == 0 ? 150 : kind == 1 ? (uint32_t)unit_integer(random, 1, 9) : 60;
    const uint32_t width = kind == 0 ? 1100 : kind == 1 ? (uint32_t)unit_integer(random, 1, 9) : 80;
    struct ring_scene size = {.array = {type, false, 1, height, width}};
    uint8_t *valid = unit_alloc(pixels_of(&size));
    random_mask(&size, valid, random);
    struct ring_scene s =
        scene_of(type, height, width, kind > 1 && unit_random(random) % 4 ? valid : NULL);
    free(valid);
    return s;
}

/* Spots alone, beside each other, and at borders; areas that are brighter than is known. */
static void random_spots(struct ring_scene *s, uint64_t *random)
{
    const int spots = (int)(pixels_of(s) / 200);
    double x = 0, y = 0;
    for (int i = 0; i < spots && i < 300; i++) {
        const bool beside = unit_random(random) % 3 == 0;
        x = beside ? x + 6 * unit_uniform(random) - 3 : s->array.width * unit_uniform(random);
        y = beside ? y + 6 * unit_uniform(random) - 3 : s->array.height * unit_uniform(random);
        add_spot(s, x, y, 0.5 + 1.5 * unit_uniform(random), 10 * pow(300, unit_uniform(random)));
    }
    const uint32_t from = (uint32_t)unit_integer(random, 0, s->array.width);
    for (size_t i = 0; unit_random(random) % 2 && i < pixels_of(s); i++)
        s->expected[i] *= i % s->array.width >= from ? 2.5 : 1;
}

static struct ring_scene random_scene(wn_type type, uint64_t *random)
{
    const double dispersions[] = {1, 1, 1, 1.7, 0.6}, mean = 0.02 * pow(2500, unit_uniform(random));
    const double dispersion = dispersions[unit_random(random) % 5];
    struct ring_scene s = random_size(type, random);
    random_params(&s.finder.params, random);
    set_background(&s, mean, unit_random(random) % 2 ? 0 : 1.5, dispersion);
    for (size_t i = 0; unit_random(random) % 3 == 0 && i < s.map->cells; i++)
        s.background.dispersion[i] *= unit_is_float(type) ? 1 : 1 + 0.5f * (float)(i % 3);
    random_spots(&s, random);
    draw(&s, dispersion, unit_random(random) % 2 ? 0 : 300, random);
    return s;
}

static bool is_near(double one, double other)
{
    return fabs(one - other) <= 1e-9 * (1 + fabs(other));
}

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

/* The bits of all pixels of spots within a pixel of a place; 0: there is no spot. */
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

/* ---- statistics ---------------------------------------------------------------------------- */

struct errors {
    double n, sum, sum2, pulls2;
};

static void add_error(struct errors *e, double error, double variance)
{
    e->n++;
    e->sum += error;
    e->sum2 += error * error;
    e->pulls2 += error * error / variance;
}

#define SPACING 20

/* Spots on a grid, each somewhere in its pixel. */
static void measure_positions(double mean, double width, double counts, struct errors *x,
                              struct errors *y)
{
    uint64_t random = 9;
    const uint32_t size = 30 * SPACING;
    struct ring_scene s = scene_of(WN_U16, size, size, NULL);
    double truth[30][30][2];
    set_background(&s, mean, 0, 1);
    for (uint32_t i = 0; i < 900; i++) {
        double *at = truth[i / 30][i % 30];
        at[0] = (i % 30) * SPACING + SPACING / 2 - 0.5 + unit_uniform(&random);
        at[1] = (double)(i / 30 * SPACING) + SPACING / 2 - 0.5 + unit_uniform(&random);
        struct ring_scene part = s; /* the rows about the spot alone */
        part.array.height = SPACING;
        part.expected += (size_t)(i / 30 * SPACING) * size;
        add_spot(&part, at[0], at[1] - i / 30 * SPACING, width, counts);
    }
    draw(&s, 1, 0, &random);
    wn_found *found = found_of(&s);
    for (size_t i = 0; i < found->peaks; i++) {
        const wn_found_peak *p = &found->peak[i];
        const double *at = truth[(size_t)p->y / SPACING][(size_t)p->x / SPACING];
        EXPECT(hypot(p->x - at[0], p->y - at[1]) < 2, "a peak at %g, %g", p->x, p->y);
        add_error(x, p->x - at[0], p->variance_x);
        add_error(y, p->y - at[1], p->variance_y);
    }
    EXPECT(x->n >= 0.99 * 900 && x->n <= 900, "%g spots found", x->n);
    wn_found_free(found);
    scene_free(&s);
}

static void expect_fair(const struct errors *e, const char *what)
{
    const double mean = e->sum / e->n, error = sqrt(e->sum2) / e->n, pull = sqrt(e->pulls2 / e->n);
    EXPECT(fabs(mean) < 3 * error && pull > 0.8 && pull < 1.3,
           "%s: bias %g with the standard error %g, rms of pulls %g", what, mean, error, pull);
}

START_TEST(positions_are_not_biased_and_their_variances_hold)
{
    const double mean[] = {0.05, 1, 10}, width[] = {0.8, 1.1, 1.4}, counts[] = {60, 120, 1000};
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 3; k++) {
            struct errors x = {0}, y = {0};
            char what[100];
            const double more = (2 + 2 * sqrt(mean[i])) / 2;
            snprintf(what, sizeof what, "mean %g, width %g", mean[i], width[k]);
            measure_positions(mean[i], width[k], counts[(i + k) % 3] * more, &x, &y);
            expect_fair(&x, what);
            expect_fair(&y, what);
        }
    }
}
END_TEST

/* Noise alone: there are no more peaks than pixels that stand out by chance, but for three sigma of
 * their number. */
static double peaks_in_noise(double mean, double significance, int connected)
{
    uint64_t random = 10;
    const uint32_t size = 1000;
    struct ring_scene s = scene_of(WN_U16, size, size, NULL);
    double peaks = 0;
    set_background(&s, mean, 0, 1);
    s.finder.params.significance = significance;
    s.finder.params.connected = connected;
    for (int frame = 0; frame < 8; frame++) {
        draw(&s, 1, 0, &random);
        wn_found *found = found_of(&s);
        peaks += (double)found->peaks;
        wn_found_free(found);
    }
    scene_free(&s);
    return peaks;
}

START_TEST(noise_has_no_more_peaks_than_by_chance)
{
    const double mean[] = {0.01, 0.1, 1, 10}, sigma[] = {4, 4.5, 5.3};
    for (int i = 0; i < 4; i++) {
        for (int k = 0; k < 3; k++) {
            const double chance = 8e6 * 0.5 * erfc(sigma[k] / sqrt(2));
            const double peaks = peaks_in_noise(mean[i], sigma[k], k < 2 ? 1 : 3);
            EXPECT(peaks <= chance + 3 * sqrt(chance), "mean %g, %g sigma: %g peaks, not %g",
                   mean[i], sigma[k], peaks, chance);
        }
    }
}
END_TEST

/* False peaks where a part of the frame has more counts than is known: beyond a line, in a disc.
 * If the quarters about a peak were not looked at there would be about two for each frame. */
static size_t peaks_at_edges(double mean, double factor, bool disc, uint64_t *random)
{
    struct ring_scene s = scene_of(WN_U16, 300, 300, NULL);
    set_background(&s, mean, 0, 1);
    for (size_t i = 0; i < pixels_of(&s); i++) {
        const double x = (double)(i % 300), y = (double)(i / 300);
        const bool inside = disc ? hypot(x - 150, y - 150) < 60 : x > 100 + y / 3;
        s.expected[i] *= inside ? factor : 1;
    }
    draw(&s, 1, 0, random);
    struct found_list list = peaks_of(&s);
    const size_t n = list.peaks;
    wn_found_list_free(&list);
    scene_free(&s);
    return n;
}

START_TEST(edges_of_shadows_have_few_peaks)
{
    const double mean[] = {0.5, 2, 10, 50}, factor[] = {1.5, 2, 3, 5};
    uint64_t random = 11;
    size_t peaks = 0;
    for (int i = 0; i < 32; i++)
        peaks += peaks_at_edges(mean[i / 8], factor[i / 2 % 4], i % 2, &random);
    EXPECT(peaks <= 10, "%zu peaks on 32 frames", peaks);
}
END_TEST

/* Units of floats do not matter. */
START_TEST(floats_may_have_any_unit)
{
    uint64_t random = 12;
    size_t peaks = 0;
    for (int round = 0; round < 40; round++) {
        struct ring_scene s = random_scene(WN_F32, &random);
        struct found_list one = peaks_of(&s);
        const double unit = round % 2 ? 1.0 / 1024 : 1024;
        for (size_t i = 0; i < s.map->cells; i++) {
            s.background.mean[i] *= (float)unit;
            s.background.variance[i] *= (float)(unit * unit);
        }
        for (size_t i = 0; i < pixels_of(&s); i++)
            put(&s, i, unit * unit_value(WN_F32, unit_get(&s.array, s.data, i)));
        struct found_list other = peaks_of(&s);
        ck_assert_uint_eq(one.peaks, other.peaks);
        ck_assert_uint_eq(one.n, other.n);
        for (size_t i = 0; i < one.peaks; i++)
            EXPECT(is_near(one.peak[i].x, other.peak[i].x) &&
                       is_near(one.peak[i].y, other.peak[i].y),
                   "%g, not %g", other.peak[i].x, one.peak[i].x);
        peaks += one.peaks;
        wn_found_list_free(&one);
        wn_found_list_free(&other);
        scene_free(&s);
    }
    EXPECT(peaks > 500, "only %zu peaks", peaks);
}
END_TEST

/* ---- frames that are odd ------------------------------------------------------------------- */

static size_t spots_of_flat_frame(wn_type type, const uint8_t *valid, uint64_t bits)
{
    struct ring_scene s = scene_of(type, 200, 300, valid);
    for (size_t i = 0; i < pixels_of(&s); i++)
        unit_put(&s.array, s.data, i, bits);
    s.finder.params.connected = 1;
    s.finder.saturation = 1;
    wn_found *found = found_of(&s);
    const size_t n = found->n;
    wn_found_free(found);
    scene_free(&s);
    return n;
}

START_TEST(flat_frames_have_no_spots)
{
    uint8_t *none = unit_alloc(200 * 300);
    for (int i = 0; i < 10; i++) {
        const wn_type type = unit_types[i];
        const double value[] = {0, 1, 7, 100, 0.7, 3.3e-5, 1e7 / 3, 1e30 / 7};
        for (int k = 0; k < (unit_is_float(type) ? 8 : 4); k++)
            EXPECT(spots_of_flat_frame(type, NULL, unit_bits(type, value[k])) == 0, "%s %g",
                   wn_type_name(type), value[k]);
        EXPECT(spots_of_flat_frame(type, none, unit_bits(type, 3)) == 0, "%s", wn_type_name(type));
        EXPECT(spots_of_flat_frame(type, NULL, unit_flag(type)) == 0, "%s", wn_type_name(type));
        EXPECT(spots_of_flat_frame(type, NULL, unit_flag(type) - 1) == 0, "%s", wn_type_name(type));
    }
    free(none);
}
END_TEST

START_TEST(a_million_spots_are_found)
{
    const uint32_t size = 3000;
    struct ring_scene s = scene_of(WN_U16, size, size, NULL);
    set_background(&s, 0.1, 0, 1);
    for (uint32_t y = 1; y < size; y += 3)
        for (uint32_t x = 1; x < size; x += 3)
            put(&s, (size_t)y * size + x, 100);
    s.finder.params.connected = 1;
    s.finder.params.patch = 3;
    s.finder.params.significance = 1;
    struct found_list list = peaks_of(&s);
    ck_assert_uint_eq(list.peaks, 1000000);
    ck_assert_uint_eq(list.n, 9000000);
    wn_found_list_free(&list);
    scene_free(&s);
}
END_TEST

UNIT_MAIN(counts_have_the_peaks_of_the_plain_version, reals_have_the_peaks_of_the_plain_version,
          equal_pixels_are_one_peak, peaks_on_nothing_are_where_they_are_highest,
          spots_tell_where_they_are, spots_beside_blank_areas_are_beside_masked_pixels,
          saturated_spots_are_marked, positions_are_not_biased_and_their_variances_hold,
          noise_has_no_more_peaks_than_by_chance, edges_of_shadows_have_few_peaks,
          floats_may_have_any_unit, flat_frames_have_no_spots, a_million_spots_are_found)
