/* Flagged pixels as runs, runs as rectangles, and back. */
#include <stdlib.h>
#include <string.h>

#include "frame/rects.h"
#include "support/unit.h"

/* A frame of flags: 0 is none, anything else the bits of a flagged pixel. */
struct mask {
    uint32_t height, width;
    uint64_t *bits;
};

static struct mask mask_of(uint32_t height, uint32_t width)
{
    return (struct mask){height, width, unit_alloc((size_t)height * width * sizeof(uint64_t))};
}

static void put_rectangle(struct mask *m, uint32_t x, uint32_t y, uint32_t w, uint32_t h,
                          uint64_t bits)
{
    for (uint32_t row = y; row < y + h && row < m->height; row++) {
        for (uint32_t column = x; column < x + w && column < m->width; column++)
            m->bits[(size_t)row * m->width + column] = bits;
    }
}

static struct mask random_mask(uint64_t *random)
{
    struct mask m =
        mask_of((uint32_t)unit_integer(random, 1, 40), (uint32_t)unit_integer(random, 1, 40));
    const size_t pixels = (size_t)m.height * m.width;
    const int64_t blocks = unit_integer(random, 0, 12);
    for (int64_t i = 0; i < blocks; i++)
        put_rectangle(&m, (uint32_t)unit_integer(random, 0, m.width - 1),
                      (uint32_t)unit_integer(random, 0, m.height - 1),
                      (uint32_t)unit_integer(random, 1, m.width),
                      (uint32_t)unit_integer(random, 1, 12),
                      (uint64_t)unit_integer(random, 0, 3) * 0x1111111111111111u);
    const uint64_t rarity = (uint64_t)unit_integer(random, 1, 200);
    for (size_t i = 0; i < pixels; i++) {
        if (unit_random(random) % rarity == 0)
            m.bits[i] = unit_random(random) % 3;
    }
    return m;
}

/* Runs of a mask, in strips of a few rows to a list; added in pieces of any length. */
static struct run_list *runs_of(const struct mask *m, size_t lists, uint64_t *random)
{
    struct run_list *list = unit_alloc(lists * sizeof *list);
    const size_t pixels = (size_t)m->height * m->width;
    for (size_t i = 0; i < pixels;) {
        if (m->bits[i] == 0) {
            i++;
            continue;
        }
        size_t n = 1;
        while ((i + n) % m->width != 0 && m->bits[i + n] == m->bits[i] && unit_random(random) % 4)
            n++;
        const struct run run = {(uint32_t)i, (uint32_t)n, m->bits[i]};
        ck_assert_int_eq(wn_run_list_add(&list[i / m->width * lists / m->height], &run, m->width),
                         WN_OK);
        i += n;
    }
    return list;
}

static void free_runs(struct run_list *list, size_t lists)
{
    for (size_t i = 0; i < lists; i++)
        wn_run_list_free(&list[i]);
    free(list);
}

/* Paint the areas over an empty frame: that is the mask again, and no pixel was painted twice. */
static void expect_painted(const struct rect_list *areas, const struct mask *m)
{
    struct mask painted = mask_of(m->height, m->width);
    size_t pixels = 0;
    for (size_t i = 0; i < areas->n; i++) {
        const struct rect *a = &areas->area[i];
        EXPECT(i == 0 || a->first > areas->area[i - 1].first, "area %zu", i);
        EXPECT(a->width > 0 && a->height > 0 && a->first % m->width + a->width <= m->width &&
                   a->first / m->width + a->height <= m->height,
               "area %zu", i);
        for (uint32_t row = 0; row < a->height; row++) {
            for (uint32_t column = 0; column < a->width; column++) {
                uint64_t *bits = &painted.bits[a->first + (size_t)row * m->width + column];
                EXPECT(*bits == 0, "area %zu", i);
                *bits = a->bits;
                pixels++;
            }
        }
    }
    ck_assert_uint_eq(areas->pixels, pixels);
    for (size_t i = 0; i < (size_t)m->height * m->width; i++)
        EXPECT(painted.bits[i] == m->bits[i], "pixel %zu", i);
    free(painted.bits);
}

static struct rect_list areas_of(const struct mask *m, size_t lists, uint64_t *random)
{
    struct run_list *list = runs_of(m, lists, random);
    size_t runs = 0;
    for (size_t i = 0; i < lists; i++)
        runs += list[i].n;
    struct rect_list areas = {0};
    ck_assert_int_eq(wn_rects_of_runs(list, lists, m->width, &areas), WN_OK);
    ck_assert_uint_le(areas.n, runs);
    free_runs(list, lists);
    return areas;
}

START_TEST(painted_back)
{
    uint64_t random = 1;
    for (int i = 0; i < 5000; i++) {
        struct mask m = random_mask(&random);
        struct rect_list areas = areas_of(&m, (size_t)unit_integer(&random, 1, 5), &random);
        expect_painted(&areas, &m);
        wn_rect_list_free(&areas);
        ck_assert_ptr_null(areas.area);
        free(m.bits);
    }
}
END_TEST

START_TEST(runs_join)
{
    uint64_t random = 2;
    for (int i = 0; i < 500; i++) {
        struct mask m = random_mask(&random);
        struct run_list *list = runs_of(&m, 1, &random);
        /* pieces of a run that touch are one run; rows are apart */
        for (size_t k = 1; k < list->n; k++) {
            const struct run *a = &list->run[k - 1], *b = &list->run[k];
            EXPECT(a->first + a->length <= b->first, "run %zu", k);
            EXPECT(a->first + a->length < b->first || a->bits != b->bits || b->first % m.width == 0,
                   "run %zu", k);
        }
        for (size_t k = 0; k < list->n; k++)
            EXPECT(list->run[k].first % m.width + list->run[k].length <= m.width, "run %zu", k);
        free_runs(list, 1);
        free(m.bits);
    }
}
END_TEST

/* A detector with module gaps: as many rectangles as a person would draw. */
START_TEST(few_rectangles)
{
    uint64_t random = 3;
    struct mask m = mask_of(300, 200);
    put_rectangle(&m, 0, 100, 200, 10, 65535);
    put_rectangle(&m, 0, 200, 200, 10, 65535);
    put_rectangle(&m, 50, 20, 1, 1, 65535);
    put_rectangle(&m, 120, 250, 30, 40, 7);
    for (size_t lists = 1; lists < 7; lists++) {
        struct rect_list areas = areas_of(&m, lists, &random);
        ck_assert_uint_eq(areas.n, 4);
        ck_assert_uint_eq(areas.pixels, 2000 + 2000 + 1 + 1200);
        expect_painted(&areas, &m);
        wn_rect_list_free(&areas);
    }
    /* two columns that touch, of different bits, and a step */
    memset(m.bits, 0, sizeof *m.bits * 300 * 200);
    put_rectangle(&m, 10, 10, 5, 50, 1);
    put_rectangle(&m, 15, 10, 5, 50, 2);
    put_rectangle(&m, 20, 30, 5, 30, 2);
    struct rect_list areas = areas_of(&m, 1, &random);
    ck_assert_uint_eq(areas.n, 3);
    expect_painted(&areas, &m);
    wn_rect_list_free(&areas);
    free(m.bits);
}
END_TEST

START_TEST(nothing_flagged)
{
    uint64_t random = 4;
    struct mask m = mask_of(20, 30);
    struct rect_list areas = areas_of(&m, 3, &random);
    ck_assert_uint_eq(areas.n, 0);
    ck_assert_uint_eq(areas.pixels, 0);
    wn_rect_list_free(&areas);
    free(m.bits);
}
END_TEST

START_TEST(everything_flagged)
{
    uint64_t random = 5;
    struct mask m = mask_of(20, 30);
    put_rectangle(&m, 0, 0, 30, 20, UINT64_MAX);
    struct rect_list areas = areas_of(&m, 4, &random);
    ck_assert_uint_eq(areas.n, 1);
    ck_assert_uint_eq(areas.pixels, 600);
    expect_painted(&areas, &m);
    wn_rect_list_free(&areas);
    free(m.bits);
}
END_TEST

/* Two masks without a common pixel: the merged areas paint both. */
START_TEST(merged)
{
    uint64_t random = 6;
    for (int i = 0; i < 2000; i++) {
        struct mask both = random_mask(&random);
        struct mask a = mask_of(both.height, both.width), b = mask_of(both.height, both.width);
        for (size_t k = 0; k < (size_t)both.height * both.width; k++) {
            if (unit_random(&random) % 3)
                a.bits[k] = both.bits[k];
            else
                b.bits[k] = both.bits[k];
        }
        struct rect_list first = areas_of(&a, 2, &random), second = areas_of(&b, 1, &random);
        const size_t n = first.n + second.n;
        ck_assert_int_eq(wn_rect_list_merge(&first, &second), WN_OK);
        ck_assert_uint_eq(first.n, n);
        ck_assert_uint_eq(second.n, 0);
        ck_assert_ptr_null(second.area);
        expect_painted(&first, &both);
        wn_rect_list_free(&first);
        wn_rect_list_free(&second);
        free(a.bits);
        free(b.bits);
        free(both.bits);
    }
}
END_TEST

UNIT_MAIN(painted_back, runs_join, few_rectangles, nothing_flagged, everything_flagged, merged)
