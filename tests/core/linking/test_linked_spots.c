/* Linking spots made by hand: positions, assigned spots, empty and large input, memory, errors. */
#include <malloc.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/linking/test_linker.h"
#include "support/reference_spots.h"

/* ---- spots by hand ------------------------------------------------------------------------- */

static void add(wn_linker *linker, uint64_t frame, wn_found_pixel *pixel, size_t n)
{
    const wn_found found = {.n = n, .pixel = pixel};
    ck_assert_int_eq(wn_linker_add(linker, frame, &found), WN_OK);
}

/* The only spot of one frame in 2-D. */
static wn_spot spot_of(const wn_spot_rule *rule, wn_found_pixel *pixel, size_t n)
{
    wn_linker *linker = new_linker(rule, 1000, 10);
    add(linker, 5, pixel, n);
    wn_spot_list *list = take(linker);
    ck_assert_uint_eq(list->n, 1);
    const wn_spot spot = list->spot[0];
    wn_spot_list_free(list);
    wn_linker_free(linker);
    return spot;
}

START_TEST(one_pixel)
{
    wn_found_pixel pixel = strong(73, 4);
    const wn_spot spot = spot_of(&(wn_spot_rule){0}, &pixel, 1);
    ck_assert(spot.x == 3 && spot.y == 7 && spot.z == 5);
    ck_assert(spot.variance_x == 1.0 / 12 && spot.variance_y == 1.0 / 12 &&
              spot.variance_z == 1.0 / 12);
    ck_assert(spot.intensity == 4 && spot.intensity_variance == 4 && spot.snr == 2);
    ck_assert(spot.maximum == 4 && spot.maximum_x == 3 && spot.maximum_y == 7 &&
              spot.maximum_z == 5);
    ck_assert(spot.pixels == 1 && spot.flags == 0 && spot.n == 0);
    ck_assert(spot.xx == 0 && spot.xy == 0 && spot.yy == 0);
    pixel.value = -4;
    const wn_spot negative = spot_of(&(wn_spot_rule){0}, &pixel, 1);
    ck_assert(negative.intensity == -4 && negative.intensity_variance == 4 && negative.x == 3);
}
END_TEST

/* 1 and 3 counts side by side: the centroid is at 3/4, W^2 - sum w^2 = 6, sum w dx^2 = 3/4. */
START_TEST(two_pixels)
{
    wn_found_pixel pixel[] = {strong(73, 1), strong(74, 3)};
    const wn_spot spot = spot_of(&(wn_spot_rule){0}, pixel, 2);
    ck_assert(spot.x == 3.75 && spot.y == 7 && spot.xx == 0.1875);
    ck_assert_double_eq_tol(spot.variance_x, 0.125 + 1.0 / 12, 1e-15);
}
END_TEST

/* Far from the first pixel of the first frame nothing is lost. */
START_TEST(far_away)
{
    wn_found_pixel near[] = {strong(0, 0.1), strong(1, 0.7), strong(10, 0.3)};
    wn_found_pixel far[] = {strong(9980, 0.1), strong(9981, 0.7), strong(9990, 0.3)};
    const wn_spot a = spot_of(&(wn_spot_rule){0}, near, 3), b = spot_of(&(wn_spot_rule){0}, far, 3);
    ck_assert(a.variance_x == b.variance_x && a.variance_y == b.variance_y && a.xy == b.xy);
    ck_assert_double_eq_tol(a.y + 998, b.y, 1e-12);
}
END_TEST

/* Weights of -3 and 4, then of -3 and 2, then of -3 and -2. */
START_TEST(negative_weights)
{
    const wn_spot_rule rule = {.subtract = true};
    wn_found_pixel pixel[] = {strong(73, 7), strong(74, 14)};
    pixel[0].expected = pixel[1].expected = 10;
    pixel[0].variance = pixel[1].variance = 2;
    wn_spot spot = spot_of(&rule, pixel, 2);
    ck_assert(spot.x == 4 && spot.intensity == 1 && spot.intensity_variance == 4);
    ck_assert(spot.variance_x == 1.0 / 12 && spot.snr == 0.5 && spot.background == 10);
    pixel[1].value = 12;
    spot = spot_of(&rule, pixel, 2);
    ck_assert(spot.x == 4 && spot.intensity == -1);
    pixel[1].value = 8;
    spot = spot_of(&rule, pixel, 2);
    ck_assert(spot.x == 3.5 && spot.intensity == -5 && spot.xx == 0.25);
    ck_assert_double_eq_tol(spot.variance_x, 0.25 + 1.0 / 12, 1e-15);
}
END_TEST

/* Columns of this many pixels with weights of 1.2, -3.4 and 3.2 have their centroid one pixel
 * beside the box, and a positive variance. */
START_TEST(centroid_outside)
{
    const double weight[] = {1.2, -3.4, 3.2};
    wn_found_pixel pixel[120];
    for (uint32_t i = 0; i < 120; i++) {
        pixel[i] = strong(i / 3 * 10 + i % 3, weight[i % 3] + 5);
        pixel[i].expected = 5;
    }
    const wn_spot spot = spot_of(&(wn_spot_rule){.subtract = true}, pixel, 120);
    ck_assert_double_eq_tol(spot.x, 2 * 3.2 / 4.4, 1e-12);
    ck_assert_double_eq_tol(spot.intensity, 40, 1e-12);
}
END_TEST

/* Given spots and others on one frame have nothing to do with each other. */
START_TEST(given_beside_others)
{
    wn_found_pixel pixel[] = {strong(3, 1), strong(4, 1), strong(5, 1), strong(14, 1)};
    pixel[1].spot = 0;
    wn_linker *linker = new_linker(&(wn_spot_rule){0}, 10, 10);
    add(linker, 0, pixel, 4);
    wn_spot_list *list = take(linker);
    ck_assert_uint_eq(list->n, 4);
    wn_spot_list_free(list);
    wn_linker_free(linker);
}
END_TEST

/* Those that touch only across the end of a row or along a diagonal are two. */
START_TEST(no_neighbours)
{
    wn_found_pixel pixel[] = {strong(9, 1), strong(10, 1), strong(21, 1)};
    wn_linker *linker = new_linker(&(wn_spot_rule){0}, 10, 10);
    add(linker, 0, pixel, 3);
    wn_spot_list *list = take(linker);
    ck_assert_uint_eq(list->n, 3);
    wn_spot_list_free(list);
    wn_linker_free(linker);
}
END_TEST

/* Only strong pixels continue on the next frame, and assigned spots that merge are flagged. */
START_TEST(given_spots)
{
    wn_found_pixel first[] = {strong(3, 1), strong(4, 1), strong(5, 1), strong(8, 1)};
    wn_found_pixel second[] = {strong(3, 1), strong(4, 1), strong(5, 1), strong(8, 1)};
    const uint32_t spot_first[] = {0, 0, 1, 2}, spot_second[] = {7, 7, 7, 9};
    for (size_t i = 0; i < 4; i++) {
        first[i].spot = spot_first[i];
        second[i].spot = spot_second[i];
    }
    second[3].bits = 0;
    wn_linker *linker = new_linker(&(wn_spot_rule){.across_frames = true}, 10, 10);
    add(linker, 0, NULL, 0);
    add(linker, 1, first, 4);
    add(linker, 2, second, 4);
    add(linker, 3, NULL, 0);
    wn_spot_list *list = take(linker);
    ck_assert_uint_eq(list->n, 2);
    ck_assert_uint_eq(list->spot[0].pixels, 6);
    ck_assert_uint_eq(list->spot[0].flags, WN_SPOT_SPLIT);
    ck_assert_uint_eq(list->spot[1].pixels, 1);
    ck_assert_uint_eq(list->spot[1].flags, 0);
    ck_assert_uint_eq(wn_linker_left_out(linker).small, 1);
    wn_spot_list_free(list);
    wn_linker_free(linker);
}
END_TEST

/* ---- empty and large input ----------------------------------------------------------------- */

START_TEST(nothing)
{
    wn_linker *linker = new_linker(&(wn_spot_rule){.across_frames = true}, 10, 10);
    for (uint64_t frame = 0; frame < 4; frame++) {
        wn_spot_list *list = take(linker);
        ck_assert(list->n == 0 && list->pixels == 0);
        wn_spot_list_free(list);
        add(linker, 2 * frame, NULL, 0);
    }
    ck_assert_int_eq(wn_linker_end(linker), WN_OK);
    ck_assert_int_eq(wn_linker_end(linker), WN_OK);
    wn_spot_list *list = take(linker);
    ck_assert_uint_eq(list->n, 0);
    wn_spot_list_free(list);
    wn_spot_list_free(NULL);
    wn_linker_free(linker);
    wn_linker_free(NULL);
}
END_TEST

/* Pixels of a frame of `width` columns, every one or every other one like a chess board. */
static wn_found many_pixels(uint32_t n, uint32_t width, bool board)
{
    wn_found found = {.pixel = unit_alloc(n * sizeof *found.pixel)};
    for (uint32_t i = 0; i < n; i++) {
        if (!board || (i / width + i % width) % 2 == 0)
            found.pixel[found.n++] = strong(i, 1 + i % 7);
    }
    return found;
}

static void link_many(const wn_spot_rule *rule, bool board, size_t spots, size_t large)
{
    wn_found found = many_pixels(4500000, 2250, board);
    wn_linker *linker = new_linker(rule, 2000, 2250);
    for (uint64_t frame = 0; frame < 2; frame++)
        ck_assert_int_eq(wn_linker_add(linker, frame, &found), WN_OK);
    ck_assert_int_eq(wn_linker_end(linker), WN_OK);
    wn_spot_list *list = take(linker);
    ck_assert_uint_eq(list->n, spots);
    ck_assert_uint_eq(wn_linker_left_out(linker).large, large);
    wn_spot_list_free(list);
    wn_linker_free(linker);
    free(found.pixel);
}

START_TEST(many)
{
    link_many(&(wn_spot_rule){.across_frames = true, .max_pixels = 1000}, true, 2250000, 0);
    link_many(&(wn_spot_rule){.across_frames = true, .max_pixels = 1000}, false, 0, 1);
    link_many(&(wn_spot_rule){.across_frames = false}, false, 2, 0);
}
END_TEST

/* Bytes that are allocated; 0 where a sanitizer has them. */
static size_t allocated(void)
{
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/* Frames of 100 x 100 pixels, one after the other and again, with a blank one at the end, in lists
 * without spots but for that one: memory is for some frames, not for the series. */
static void expect_memory(const wn_found *found, size_t n, size_t spots)
{
    const wn_spot_rule rule = {.across_frames = true, .max_pixels = 1000, .shoeboxes = true};
    wn_linker *linker = new_linker(&rule, 100, 100);
    size_t early = 0;
    for (uint64_t frame = 0; frame < 300; frame++) {
        ck_assert_int_eq(wn_linker_add(linker, frame, &found[frame % n]), WN_OK);
        wn_spot_list *list = take(linker);
        ck_assert_uint_eq(list->n, frame % n == n - 1 ? spots : 0);
        wn_spot_list_free(list);
        if (frame == 19)
            early = allocated();
    }
    ck_assert_uint_le(allocated(), early + 10000);
    wn_linker_free(linker);
}

START_TEST(memory_of_spots)
{
    wn_found found[4] = {many_pixels(10000, 100, true)};
    found[1] = found[2] = found[0];
    expect_memory(found, 4, 5000);
    free(found[0].pixel);
}
END_TEST

/* The upper rows are always one spot, which small ones below it join again and again. */
START_TEST(memory_of_a_large_spot)
{
    wn_found found[] = {many_pixels(2000, 100, false), many_pixels(10000, 100, false),
                        many_pixels(10000, 100, false)};
    size_t n = 2000;
    for (uint32_t index = 2200; index < 10000; index += 2)
        found[1].pixel[n++] = strong(index + index / 100 % 2, 1);
    found[1].n = n;
    expect_memory(found, 3, 0);
    for (size_t i = 0; i < 3; i++)
        free(found[i].pixel);
}
END_TEST

/* ---- errors -------------------------------------------------------------------------------- */

static void expect_refused(const wn_spot_rule *rule, uint32_t height, uint32_t width)
{
    wn_linker *linker = NULL;
    ck_assert_int_eq(wn_linker_create(rule, height, width, &linker), WN_ERR_ARGUMENT);
    ck_assert_ptr_null(linker);
}

START_TEST(refused_rules)
{
    const wn_spot_rule rule = {.min_pixels = 3};
    expect_refused(&rule, 0, 5);
    expect_refused(&rule, 5, 0);
    expect_refused(&rule, 65536, 65536);
    expect_refused(&(wn_spot_rule){.min_pixels = 3, .max_pixels = 2}, 5, 5);
    expect_refused(&(wn_spot_rule){.max_separation = -1}, 5, 5);
    expect_refused(&(wn_spot_rule){.max_separation = (double)NAN}, 5, 5);
}
END_TEST

static void expect_refused_pixels(wn_linker *linker, wn_found_pixel *pixel, size_t n)
{
    const wn_found found = {.n = n, .pixel = pixel};
    ck_assert_int_eq(wn_linker_add(linker, 9, &found), WN_ERR_ARGUMENT);
}

/* What is refused leaves no trace. */
START_TEST(refused_frames)
{
    wn_linker *linker = new_linker(&(wn_spot_rule){.across_frames = true}, 10, 10);
    wn_found_pixel good[] = {strong(5, 1), strong(7, 1)};
    add(linker, 8, good, 2);
    const wn_found found = {.n = 2, .pixel = good};
    ck_assert_int_eq(wn_linker_add(linker, 8, &found), WN_ERR_ARGUMENT);
    ck_assert_int_eq(wn_linker_add(linker, 7, &found), WN_ERR_ARGUMENT);
    expect_refused_pixels(linker, (wn_found_pixel[]){strong(7, 1), strong(5, 1)}, 2);
    expect_refused_pixels(linker, (wn_found_pixel[]){strong(7, 1), strong(7, 1)}, 2);
    expect_refused_pixels(linker, (wn_found_pixel[]){strong(100, 1)}, 1);
    wn_found_pixel weak = strong(5, 1), given = strong(5, 1);
    weak.bits = 0;
    given.spot = 100;
    expect_refused_pixels(linker, &weak, 1);
    expect_refused_pixels(linker, &given, 1);
    add(linker, 9, good, 2);
    ck_assert_int_eq(wn_linker_end(linker), WN_OK);
    ck_assert_int_eq(wn_linker_add(linker, 10, &found), WN_ERR_ARGUMENT);
    wn_spot_list *list = take(linker);
    ck_assert_uint_eq(list->n, 2);
    ck_assert_uint_eq(list->spot[1].pixels, 2);
    ck_assert_uint_eq(list->spot[1].flags, WN_SPOT_EDGE);
    wn_spot_list_free(list);
    wn_linker_free(linker);
}
END_TEST

UNIT_MAIN(one_pixel, two_pixels, far_away, negative_weights, centroid_outside, given_beside_others,
          no_neighbours, given_spots, nothing, many, memory_of_spots, memory_of_a_large_spot,
          refused_rules, refused_frames)
