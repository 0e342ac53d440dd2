/* Linking spots of several frames against a slow flood fill over all pixels of a series and sums
 * straight from the formulas: filters, order, flags, and what comes out when. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/linking/test_linker.h"
#include "support/reference_spots.h"

/* ---- series -------------------------------------------------------------------------------- */

static void series_free(struct series *s)
{
    for (size_t i = 0; i < s->n; i++)
        free(s->found[i].pixel);
}

/* What random series are like. */
struct linked_kind {
    double density; /* of pixels, from 0 to 1 */
    uint32_t given; /* given spots on a frame; 0: by neighbours */
    bool shared;    /* given spots share pixels */
    bool gaps;      /* frames are missing */
    double noise;   /* largest expected count; counts of pixels are up to 100 */
};

/* Multiples of 1/8, which can be added up exactly. */
static double random_eighths(uint64_t *random, double high)
{
    return floor(unit_uniform(random) * high * 8) / 8;
}

static wn_found_pixel random_pixel(const struct linked_kind *kind, uint64_t *random)
{
    return (wn_found_pixel){
        .value = 1 + random_eighths(random, 99),
        .expected = random_eighths(random, kind->noise),
        .variance = random_eighths(random, 10),
        .bits = unit_integer(random, 0, 9) ? 0 : 1u << unit_integer(random, 1, 3),
    };
}

/* A pixel is found once for each spot that has it. */
static void add_random(wn_found *found, uint32_t index, const struct linked_kind *kind,
                       uint64_t *random)
{
    wn_found_pixel pixel = random_pixel(kind, random);
    pixel.index = index;
    if (kind->given == 0) {
        pixel.bits |= WN_FOUND_STRONG;
        pixel.spot = WN_SPOT_BY_NEIGHBOURS;
        found->pixel[found->n++] = pixel;
        return;
    }
    const uint32_t spot = (uint32_t)unit_integer(random, 0, kind->given - 1);
    const uint32_t times = kind->shared ? (uint32_t)unit_integer(random, 1, 2) : 1;
    for (uint32_t i = 0; i < times && spot + i < kind->given; i++) {
        pixel.spot = spot + i;
        pixel.bits = (pixel.bits & ~1u) | (unit_integer(random, 0, 2) ? WN_FOUND_STRONG : 0u);
        found->pixel[found->n++] = pixel;
    }
}

static struct series random_series(struct linked_kind kind, uint64_t *random)
{
    struct series s = {.height = (uint32_t)unit_integer(random, 1, 12),
                       .width = (uint32_t)unit_integer(random, 1, 12),
                       .n = (size_t)unit_integer(random, 1, 8)};
    uint64_t frame = (uint64_t)unit_integer(random, 0, 1000000);
    kind.given = kind.given < s.height * s.width ? kind.given : s.height * s.width;
    for (size_t i = 0; i < s.n; i++) {
        s.frame[i] = frame;
        frame += kind.gaps && unit_integer(random, 0, 3) == 0 ? 2 : 1;
        wn_found *found = &s.found[i];
        found->pixel = unit_alloc(2 * (size_t)s.height * s.width * sizeof *found->pixel);
        for (uint32_t index = 0; index < s.height * s.width; index++) {
            if (unit_uniform(random) < kind.density)
                add_random(found, index, &kind, random);
        }
    }
    return s;
}

/* ---- order --------------------------------------------------------------------------------- */

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* z0, y0, x0, first pixel; all spots here have theirs. */
static int compare_spots(const wn_spot *a, const wn_shoebox_pixel *first_a, const wn_spot *b,
                         const wn_shoebox_pixel *first_b)
{
    const int order[] = {compare(a->z0, b->z0), compare(a->y0, b->y0), compare(a->x0, b->x0),
                         compare(first_a->y, first_b->y), compare(first_a->x, first_b->x)};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        if (order[i] != 0)
            return order[i];
    }
    return 0;
}

static int compare_plain(const void *one, const void *other)
{
    const struct plain_spot *a = one, *b = other;
    const wn_shoebox_pixel first_a = {.x = (uint32_t)a->pixel->x, .y = (uint32_t)a->pixel->y};
    const wn_shoebox_pixel first_b = {.x = (uint32_t)b->pixel->x, .y = (uint32_t)b->pixel->y};
    const int order = compare_spots(&a->spot, &first_a, &b->spot, &first_b);
    return order != 0 ? order : compare(a->number, b->number);
}

/* ---- comparing ----------------------------------------------------------------------------- */

#define EXPECT_NEAR(got, wanted, scale)                                                            \
    EXPECT(fabs((got) - (wanted)) <= 1e-11 * (1 + fabs(wanted) + (scale)), "%.17g, not %.17g",     \
           got, wanted)

static void expect_spot(const wn_spot *got, const struct plain_spot *plain)
{
    const wn_spot *t = &plain->spot;
    EXPECT(got->x0 == t->x0 && got->x1 == t->x1 && got->y0 == t->y0 && got->y1 == t->y1 &&
               got->z0 == t->z0 && got->z1 == t->z1,
           "box at %u, %u, %lu", got->x0, got->y0, (unsigned long)got->z0);
    EXPECT(got->pixels == t->pixels, "%u, not %u", got->pixels, t->pixels);
    EXPECT(got->flags == t->flags, "%u, not %u", got->flags, t->flags);
    EXPECT(got->maximum == t->maximum && got->maximum_x == t->maximum_x &&
               got->maximum_y == t->maximum_y && got->maximum_z == t->maximum_z,
           "%g, not %g", got->maximum, t->maximum);
    EXPECT_NEAR(got->x, t->x, 0);
    EXPECT_NEAR(got->y, t->y, 0);
    EXPECT_NEAR(got->z, t->z, 0);
    EXPECT_NEAR(got->variance_x, t->variance_x, 0);
    EXPECT_NEAR(got->variance_y, t->variance_y, 0);
    EXPECT_NEAR(got->variance_z, t->variance_z, 0);
    EXPECT_NEAR(got->xx, t->xx, 0);
    EXPECT_NEAR(got->xy, t->xy, t->xx + t->yy);
    EXPECT_NEAR(got->yy, t->yy, 0);
    EXPECT(got->intensity == t->intensity && got->intensity_variance == t->intensity_variance,
           "%g, not %g", got->intensity, t->intensity);
    EXPECT_NEAR(got->background, t->background, 0);
    EXPECT_NEAR(got->snr, t->snr, 0);
}

static bool has_shoebox(const struct plain_spot *plain, const wn_shoebox_pixel *got, size_t n)
{
    bool same = n == plain->n;
    for (size_t i = 0; i < n && same; i++) {
        const struct plain_spot_pixel *p = &plain->pixel[i];
        same = got[i].x == p->x && got[i].y == p->y && got[i].z == p->z &&
               (double)got[i].value == p->p.value && (double)got[i].expected == p->p.expected &&
               got[i].strong == plain_is_strong(p);
    }
    return same;
}

/* All spots that are not left out, in order. */
static void expect_list(const wn_spot_list *list, struct plain *plain, bool shoeboxes)
{
    size_t n = 0, pixels = 0;
    qsort(plain->spot, plain->n, sizeof *plain->spot, compare_plain);
    for (size_t i = 0; i < plain->n; i++) {
        if (plain_is_left_out(&plain->spot[i]))
            continue;
        EXPECT(n < list->n, "only %zu spots", list->n);
        const wn_spot *got = &list->spot[n++];
        expect_spot(got, &plain->spot[i]);
        EXPECT(got->n == (shoeboxes ? plain->spot[i].n : 0) && (!shoeboxes || got->first == pixels),
               "%zu pixels from %zu", got->n, got->first);
        if (shoeboxes)
            EXPECT(has_shoebox(&plain->spot[i], list->pixel + got->first, got->n), "spot %zu", i);
        pixels += got->n;
    }
    ck_assert_uint_eq(list->n, n);
    ck_assert_uint_eq(list->pixels, pixels);
}

static void expect_left_out(const wn_linker *linker, const struct plain *plain)
{
    size_t small = 0, large = 0, separated = 0;
    for (size_t i = 0; i < plain->n; i++) {
        small += plain->spot[i].small;
        large += plain->spot[i].large;
        separated += plain->spot[i].separated;
    }
    const wn_left_out left_out = wn_linker_left_out(linker);
    ck_assert_uint_eq(left_out.small, small);
    ck_assert_uint_eq(left_out.large, large);
    ck_assert_uint_eq(left_out.separated, separated);
}

/* ---- linking ------------------------------------------------------------------------------- */

static void expect_at_once(const struct series *series, const wn_spot_rule *rule,
                           struct plain *plain)
{
    wn_linker *linker = new_linker(rule, series->height, series->width);
    for (size_t i = 0; i < series->n; i++)
        ck_assert_int_eq(wn_linker_add(linker, series->frame[i], &series->found[i]), WN_OK);
    ck_assert_int_eq(wn_linker_end(linker), WN_OK);
    wn_spot_list *list = take(linker);
    expect_list(list, plain, rule->shoeboxes);
    expect_left_out(linker, plain);
    wn_spot_list_free(list);
    wn_linker_free(linker);
}

/* How many spots are complete when the frames up to this one were added. */
static size_t complete_after(const struct plain *plain, uint64_t frame, bool across_frames)
{
    size_t n = 0;
    for (size_t i = 0; i < plain->n; i++) {
        if (!plain_is_left_out(&plain->spot[i]))
            n += across_frames ? plain->spot[i].spot.z1 <= frame : plain->spot[i].spot.z0 <= frame;
    }
    return n;
}

/* The spot of the plain way that has the same pixels. */
static const struct plain_spot *plain_spot_of(const struct plain *plain, const wn_spot_list *list,
                                              const wn_spot *spot)
{
    const wn_shoebox_pixel *pixel = &list->pixel[spot->first];
    for (size_t i = 0; i < plain->n; i++) {
        if (!plain_is_left_out(&plain->spot[i]) && has_shoebox(&plain->spot[i], pixel, spot->n))
            return &plain->spot[i];
    }
    ck_abort_msg("there is no spot at %u, %u", pixel->x, pixel->y);
}

static void expect_some(const wn_spot_list *list, const struct plain *plain)
{
    for (size_t i = 0; i < list->n; i++) {
        const wn_spot *spot = &list->spot[i];
        expect_spot(spot, plain_spot_of(plain, list, spot));
        EXPECT(i == 0 || compare_spots(spot - 1, list->pixel + spot[-1].first, spot,
                                       list->pixel + spot->first) <= 0,
               "order of spot %zu", i);
    }
}

/* Each spot comes out as soon as it is complete, and is what it is without that. */
static void expect_one_by_one(const struct series *series, const wn_spot_rule *rule,
                              const struct plain *plain)
{
    wn_linker *linker = new_linker(rule, series->height, series->width);
    size_t n = 0;
    for (size_t i = 0; i <= series->n; i++) {
        const bool end = i == series->n;
        const wn_status status = end ? wn_linker_end(linker)
                                     : wn_linker_add(linker, series->frame[i], &series->found[i]);
        ck_assert_int_eq(status, WN_OK);
        wn_spot_list *list = take(linker);
        expect_some(list, plain);
        n += list->n;
        ck_assert_uint_eq(
            n, complete_after(plain, end ? UINT64_MAX : series->frame[i], rule->across_frames));
        wn_spot_list_free(list);
    }
    expect_left_out(linker, plain);
    wn_linker_free(linker);
}

/* Spots of several frames that begin with the same pixel are in no particular order. */
static void expect_plain(const struct series *series, wn_spot_rule rule, bool shared)
{
    struct plain plain = plain_spots(series, &rule);
    if (!shared || !rule.across_frames) {
        expect_at_once(series, &rule, &plain);
        rule.shoeboxes = true;
        expect_at_once(series, &rule, &plain);
    }
    rule.shoeboxes = true;
    expect_one_by_one(series, &rule, &plain);
    plain_free(&plain);
}

static wn_spot_rule random_rule(uint64_t *random)
{
    wn_spot_rule rule = {.across_frames = unit_integer(random, 0, 1),
                         .subtract = unit_integer(random, 0, 1),
                         .raw_weights = unit_integer(random, 0, 1)};
    if (unit_integer(random, 0, 1)) {
        rule.min_pixels = (uint32_t)unit_integer(random, 0, 3);
        rule.max_pixels = rule.min_pixels + (uint32_t)unit_integer(random, 1, 20);
        rule.max_separation = 0.5 + unit_uniform(random);
    }
    return rule;
}

static const struct linked_kind kinds[] = {
    {.density = 0.02},
    {.density = 0.1, .gaps = true},
    {.density = 0.3, .noise = 20},
    {.density = 0.4, .noise = 150, .gaps = true},
    {.density = 0.6, .noise = 100},
    {.density = 0.9, .noise = 1, .gaps = true},
    {.density = 1},
    {.density = 0.2, .given = 3, .noise = 50},
    {.density = 0.2, .given = 20, .noise = 50, .gaps = true},
    {.density = 0.5, .given = 60, .noise = 120},
    {.density = 0.2, .given = 30, .shared = true, .gaps = true},
    {.density = 0.4, .given = 100, .shared = true, .noise = 50},
};

START_TEST(random_masks)
{
    uint64_t random = 1;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        for (int j = 0; j < 60; j++) {
            struct series series = random_series(kinds[i], &random);
            expect_plain(&series, random_rule(&random), kinds[i].shared);
            series_free(&series);
        }
    }
}
END_TEST

UNIT_MAIN(random_masks)
