/* What wn_find() adds to the methods: the trusted range, and the bits of pixels. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/unit.h"

#define HEIGHT     70
#define WIDTH      90
#define PIXELS     ((size_t)HEIGHT * WIDTH)
#define SATURATION 1000

static const wn_spot_method dispersions[] = {WN_SPOTS_DISPERSION, WN_SPOTS_DISPERSION_EXTENDED};

/* Spots on a weak background, some of their pixels above the saturation. */
static void make_values(double value[PIXELS], uint64_t *random)
{
    for (size_t i = 0; i < PIXELS; i++) {
        const double x = (double)(i % WIDTH % 18) - 9, y = (double)(i / WIDTH % 17) - 8;
        const double strength = i / WIDTH / 17 % 2 == 0 ? 200 : 3000;
        value[i] = unit_poisson(random, 2 + strength * exp(-(x * x + y * y) / 3));
    }
}

static wn_found *find(wn_spot_method method, const wn_array *array, const void *frame,
                      const uint8_t *valid, double saturation)
{
    wn_params map_params;
    wn_spot_params params;
    wn_map *map;
    wn_finder *finder;
    wn_found *found;
    wn_params_init(&map_params);
    wn_spot_params_init(method, &params);
    ck_assert_int_eq(wn_map_create(&map_params, HEIGHT, WIDTH, valid, &map), WN_OK);
    ck_assert_int_eq(wn_finder_create(&params, map, &map_params, saturation, &finder), WN_OK);
    ck_assert_int_eq(wn_find(finder, array, frame, &found), WN_OK);
    wn_finder_free(finder);
    wn_map_free(map);
    return found;
}

/* Like DIALS, whose trusted range includes its upper end. */
START_TEST(dispersion_masks_what_is_above_the_saturation)
{
    const wn_type type = unit_types[_i];
    const wn_array array = {type, wn_native_big_endian(), 1, HEIGHT, WIDTH};
    double *value = unit_alloc(PIXELS * sizeof *value);
    uint8_t *frame = unit_alloc(wn_array_bytes(&array)), *valid = unit_alloc(PIXELS);
    uint64_t random = 7;
    if (wn_type_size(type) == 1) { /* no such counts */
        free(value);
        free(frame);
        free(valid);
        return;
    }
    make_values(value, &random);
    value[40 * WIDTH + 40] = SATURATION;
    size_t above = 0;
    for (size_t i = 0; i < PIXELS; i++) {
        unit_put(&array, frame, i, unit_bits(type, value[i]));
        valid[i] = value[i] <= SATURATION;
        above += !valid[i];
    }
    ck_assert_uint_gt(above, 10);
    for (size_t m = 0; m < sizeof dispersions / sizeof dispersions[0]; m++) {
        wn_found *found = find(dispersions[m], &array, frame, NULL, SATURATION);
        wn_found *masked = find(dispersions[m], &array, frame, valid, NAN);
        wn_found *all = find(dispersions[m], &array, frame, NULL, NAN);
        ck_assert_uint_eq(found->n, masked->n);
        ck_assert_uint_ne(found->n, all->n);
        for (size_t i = 0; i < found->n; i++)
            ck_assert_uint_eq(found->pixel[i].index, masked->pixel[i].index);
        wn_found_free(found);
        wn_found_free(masked);
        wn_found_free(all);
    }
    free(value);
    free(frame);
    free(valid);
}
END_TEST

int main(void)
{
    SRunner *runner;
    Suite *suite = suite_create("spots");
    TCase *tests = tcase_create("spots");
    const int types = (int)(sizeof unit_types / sizeof unit_types[0]);
    tcase_add_loop_test(tests, dispersion_masks_what_is_above_the_saturation, 0, types);
    suite_add_tcase(suite, tests);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
