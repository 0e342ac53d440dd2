/* The kept grid: round trips of kept squares, and everything that may be wrong with them. */
#include <stdlib.h>
#include <string.h>

#include "format/kept_grid.h"
#include "support/unit.h"

/* ---- round trips --------------------------------------------------------------------------- */

/* Single squares, blobs, stripes, nothing and everything. */
static void fill_squares(struct kept_grid *p, int pattern, uint64_t *random)
{
    const int64_t rarity = unit_integer(random, 2, 40);
    for (size_t i = 0; i < (size_t)p->across * p->down; i++) {
        const size_t x = i % p->across, y = i / p->across;
        const bool blob = (x / 3 * 7 + y / 4 * 5) % 11 < 2;
        const bool of[] = {unit_integer(random, 1, rarity) == 1,
                           blob,
                           blob != (unit_integer(random, 1, rarity) == 1),
                           x % 5 == 2,
                           y % 3 == 1,
                           false,
                           true};
        p->square[i] = of[pattern];
    }
}
#define PATTERNS 7

static void expect_round_trip(const struct kept_grid *p, uint32_t height, uint32_t width)
{
    const size_t squares = (size_t)p->across * p->down, room = 100 + 40 * squares;
    uint8_t *bytes = unit_alloc(room);
    struct byte_writer w = {.next = bytes, .end = bytes + room};
    ck_assert_int_eq(wn_kept_grid_write(&w, p), WN_OK);
    ck_assert(!w.full);
    const size_t size = (size_t)(w.next - bytes);
    uint8_t *exact = unit_copy(bytes, size);
    struct byte_reader r = {.next = exact, .end = exact + size};
    struct kept_grid back;
    ck_assert_int_eq(wn_kept_grid_read(&r, height, width, &back), WN_OK);
    ck_assert_ptr_eq(r.next, r.end);
    ck_assert(back.grain == p->grain && back.across == p->across && back.down == p->down);
    ck_assert_mem_eq(back.square, p->square, squares);
    wn_kept_grid_free(&back);
    free(exact);
    free(bytes);
}

/* What each pixel is, pixel by pixel. */
static void expect_kinds(const struct kept_grid *p, const struct rect_list *flagged,
                         uint32_t height, uint32_t width)
{
    const size_t pixels = (size_t)height * width;
    uint8_t *kind = malloc(pixels), *plain = unit_alloc(pixels);
    for (size_t i = 0; i < pixels; i++) {
        const size_t square = i / width / p->grain * p->across + i % width / p->grain;
        plain[i] = p->square[square] ? WN_PIXEL_KEPT : WN_PIXEL_BACKGROUND;
    }
    for (size_t k = 0; k < flagged->n; k++) {
        const struct rect *a = &flagged->area[k];
        for (size_t i = 0; i < (size_t)a->height * a->width; i++)
            plain[a->first + i / a->width * width + i % a->width] = WN_PIXEL_FLAGGED;
    }
    size_t kept = 0;
    for (size_t i = 0; i < pixels; i++)
        kept += plain[i] == WN_PIXEL_KEPT;
    memset(kind, 0x5a, pixels);
    ck_assert_uint_eq(wn_kept_grid_classify(p, flagged, height, width, kind), kept);
    ck_assert_mem_eq(kind, plain, pixels);
    free(kind);
    free(plain);
}

START_TEST(there_and_back)
{
    const uint32_t size[][2] = {{1, 1},   {1, 70},  {70, 1},   {5, 7},
                                {40, 40}, {63, 65}, {33, 201}, {8, 8}};
    uint64_t random = 1;
    for (size_t i = 0; i < sizeof size / sizeof size[0]; i++) {
        const uint32_t height = size[i][0], width = size[i][1];
        struct rect area[2] = {{0, width, 1, 0}, {(height / 2) * width + width / 2, 1, 1, 7}};
        for (unsigned grain = 1; grain <= MAX_GRAIN; grain++) {
            for (int pattern = 0; pattern < PATTERNS; pattern++) {
                struct kept_grid p;
                ck_assert_int_eq(wn_kept_grid_create(height, width, grain, &p), WN_OK);
                ck_assert_uint_eq(p.across, (width + grain - 1) / grain);
                ck_assert_uint_eq(p.down, (height + grain - 1) / grain);
                fill_squares(&p, pattern, &random);
                expect_round_trip(&p, height, width);
                const struct rect_list flagged = {.area = area, .n = (size_t)pattern % 3};
                expect_kinds(&p, &flagged, height, width);
                wn_kept_grid_free(&p);
            }
        }
    }
}
END_TEST

/* Without a kept grid everything is kept that is not flagged. */
START_TEST(no_places)
{
    struct rect area[] = {{10, 3, 2, 0}};
    const struct rect_list flagged = {.area = area, .n = 1};
    uint8_t kind[20 * 13];
    ck_assert_uint_eq(wn_kept_grid_classify(NULL, &flagged, 13, 20, kind), 20 * 13 - 6);
    for (size_t i = 0; i < sizeof kind; i++) {
        const bool in_area = i % 20 >= 10 && i % 20 < 13 && i / 20 < 2;
        ck_assert_uint_eq(kind[i], in_area ? WN_PIXEL_FLAGGED : WN_PIXEL_KEPT);
    }
}
END_TEST

START_TEST(no_room)
{
    uint64_t random = 3;
    struct kept_grid p;
    ck_assert_int_eq(wn_kept_grid_create(50, 60, 2, &p), WN_OK);
    fill_squares(&p, 0, &random);
    uint8_t bytes[4000];
    struct byte_writer all = {.next = bytes, .end = bytes + sizeof bytes};
    ck_assert_int_eq(wn_kept_grid_write(&all, &p), WN_OK);
    const size_t size = (size_t)(all.next - bytes);
    for (size_t room = 0; room < size; room++) {
        uint8_t *exact = unit_alloc(room);
        struct byte_writer w = {.next = exact, .end = exact + room};
        ck_assert_int_eq(wn_kept_grid_write(&w, &p), WN_OK);
        EXPECT(w.full && w.next <= w.end, "%zu of %zu bytes", room, size);
        free(exact);
    }
    wn_kept_grid_free(&p);
}
END_TEST

/* ---- damage -------------------------------------------------------------------------------- */

/* A section of one area, in squares, of a frame of 40 x 60 pixels. */
struct forged {
    unsigned grain;
    uint32_t areas;
    uint64_t first, more_width, more_height;
};

static wn_status read_forged(const struct forged *f)
{
    uint8_t bytes[300];
    struct byte_writer w = {.next = bytes, .end = bytes + sizeof bytes};
    wn_write_u8(&w, (uint8_t)f->grain);
    wn_write_u32(&w, f->areas);
    ck_assert_int_eq(wn_write_numbers(&w, &f->first, 1), WN_OK);
    ck_assert_int_eq(wn_write_numbers(&w, &f->more_width, 1), WN_OK);
    ck_assert_int_eq(wn_write_numbers(&w, &f->more_height, 1), WN_OK);
    const size_t size = (size_t)(w.next - bytes);
    uint8_t *exact = unit_copy(bytes, size);
    struct byte_reader r = {.next = exact, .end = exact + size};
    struct kept_grid p = {0};
    const wn_status status = wn_kept_grid_read(&r, 40, 60, &p);
    if (status == WN_OK)
        wn_kept_grid_free(&p);
    free(exact);
    return status;
}

START_TEST(forged)
{
    /* 20 rows of 30 squares */
    const struct {
        struct forged section;
        wn_status status;
    } of[] = {
        {{2, 1, 0, 0, 0}, WN_OK},
        {{2, 1, 599, 0, 0}, WN_OK},
        {{2, 1, 0, 29, 19}, WN_OK},
        {{2, 1, 65, 24, 17}, WN_OK},
        {{2, 1, 600, 0, 0}, WN_ERR_CORRUPT},
        {{2, 1, UINT64_MAX, 0, 0}, WN_ERR_CORRUPT},
        {{2, 1, 0, 30, 0}, WN_ERR_CORRUPT},
        {{2, 1, 65, 25, 0}, WN_ERR_CORRUPT},
        {{2, 1, 65, 0, 18}, WN_ERR_CORRUPT},
        {{2, 1, 0, 0, 20}, WN_ERR_CORRUPT},
        {{2, 1, 0, UINT64_MAX, 0}, WN_ERR_CORRUPT},
        {{2, 1, 0, 0, UINT64_MAX}, WN_ERR_CORRUPT},
        {{2, 1, 0, 0x100000000u, 0x100000000u}, WN_ERR_CORRUPT},
        {{0, 1, 0, 0, 0}, WN_ERR_CORRUPT},
        {{8, 1, 0, 0, 0}, WN_OK},
        {{9, 1, 0, 0, 0}, WN_ERR_CORRUPT},
        {{255, 1, 0, 0, 0}, WN_ERR_CORRUPT},
        {{2, 601, 0, 0, 0}, WN_ERR_CORRUPT},
        {{2, UINT32_MAX, 0, 0, 0}, WN_ERR_CORRUPT},
    };
    for (size_t i = 0; i < sizeof of / sizeof of[0]; i++) {
        const wn_status status = read_forged(&of[i].section);
        EXPECT(status == of[i].status, "case %zu: %s", i, wn_strerror(status));
    }
}
END_TEST

/* Areas that overlap could cover a large grid as often as it has squares, which would take for
 * ever. */
START_TEST(more_than_the_grid)
{
    enum { N = 500 };
    for (uint64_t more_width = 0; more_width < 2; more_width++) {
        static uint8_t bytes[10000];
        uint64_t zero[N] = {0}, width[N];
        struct byte_writer w = {.next = bytes, .end = bytes + sizeof bytes};
        for (size_t i = 0; i < N; i++)
            width[i] = (i % 30 < 29) ? more_width : 0;
        wn_write_u8(&w, 2);
        wn_write_u32(&w, N);
        ck_assert_int_eq(wn_write_numbers(&w, zero, N), WN_OK);
        ck_assert_int_eq(wn_write_numbers(&w, width, N), WN_OK);
        ck_assert_int_eq(wn_write_numbers(&w, zero, N), WN_OK);
        ck_assert(!w.full);
        struct byte_reader r = {.next = bytes, .end = w.next};
        struct kept_grid p = {0};
        ck_assert_int_eq(wn_kept_grid_read(&r, 40, 60, &p), more_width ? WN_ERR_CORRUPT : WN_OK);
        if (!more_width)
            wn_kept_grid_free(&p);
    }
}
END_TEST

START_TEST(cut_short)
{
    uint64_t random = 2;
    struct kept_grid p;
    ck_assert_int_eq(wn_kept_grid_create(90, 70, 3, &p), WN_OK);
    fill_squares(&p, 2, &random);
    uint8_t bytes[4000];
    struct byte_writer w = {.next = bytes, .end = bytes + sizeof bytes};
    ck_assert_int_eq(wn_kept_grid_write(&w, &p), WN_OK);
    wn_kept_grid_free(&p);
    for (size_t size = 0; size < (size_t)(w.next - bytes); size++) {
        uint8_t *exact = unit_copy(bytes, size);
        struct byte_reader r = {.next = exact, .end = exact + size};
        EXPECT(wn_kept_grid_read(&r, 90, 70, &p) != WN_OK, "%zu bytes", size);
        free(exact);
    }
}
END_TEST

UNIT_MAIN(there_and_back, no_places, no_room, forged, more_than_the_grid, cut_short)
