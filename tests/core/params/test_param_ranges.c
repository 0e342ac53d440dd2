/* Ranges of parameters and contradictions among them. */
#include <string.h>

#include "core/params/test_params.h"
#include "support/unit.h"

/* ---- ranges -------------------------------------------------------------------------------- */

static void expect_refused(const wn_params *p, const char *what)
{
    char why[WHY];
    memset(why, 'x', sizeof why);
    EXPECT(wn_params_check(p, why, sizeof why) == WN_ERR_PARAMS, "%s", what);
    expect_sentence(why, sizeof why);
    EXPECT(wn_params_check(p, NULL, 0) == WN_ERR_PARAMS, "%s", what);
    EXPECT(wn_params_check(p, NULL, 100) == WN_ERR_PARAMS, "%s", what);
    /* in any room */
    for (size_t size = 0; size < 40; size++) {
        memset(why, 'x', sizeof why);
        EXPECT(wn_params_check(p, why, size) == WN_ERR_PARAMS, "%s", what);
        EXPECT(size == 0 || memchr(why, 0, size), "%s, room %zu", what, size);
        for (size_t i = size; i < sizeof why; i++)
            EXPECT(why[i] == 'x', "%s, room %zu", what, size);
    }
    /* nothing that is made from them works */
    wn_map *map = NULL;
    EXPECT(wn_map_create(p, 10, 10, NULL, &map) == WN_ERR_PARAMS, "%s", what);
    const wn_array array = {WN_U16, false, 1, 10, 10};
    memset(why, 'x', sizeof why);
    EXPECT(wn_params_fit(p, &array, why, sizeof why) == WN_ERR_PARAMS, "%s", what);
    expect_sentence(why, sizeof why);
}

static void expect_accepted(const wn_params *p, const char *what)
{
    char why[WHY] = "nothing";
    EXPECT(wn_params_check(p, why, sizeof why) == WN_OK, "%s: %s", what, why);
    EXPECT(strcmp(why, "nothing") == 0, "%s: %s", what, why);
}

/* One field at a time, for a radial model with everything that it may need. */
START_TEST(ranges)
{
    const wn_params base = {.model = WN_MODEL_RADIAL,
                            .centre_x = 5000,
                            .centre_y = 5000,
                            .distance = 1000000,
                            .polarised = true,
                            .solid_angle = true};
    expect_accepted(&base, "base");
#define RANGE(FIELD, LOW, HIGH)                                                                    \
    do {                                                                                           \
        wn_params p = base;                                                                        \
        p.FIELD = (LOW);                                                                           \
        expect_accepted(&p, #FIELD " = " #LOW);                                                    \
        p.FIELD = (HIGH);                                                                          \
        expect_accepted(&p, #FIELD " = " #HIGH);                                                   \
        p.FIELD = (LOW)-1;                                                                         \
        expect_refused(&p, #FIELD " below " #LOW);                                                 \
        p.FIELD = INT32_MIN;                                                                       \
        expect_refused(&p, #FIELD " = INT32_MIN");                                                 \
        if ((HIGH) == INT32_MAX)                                                                   \
            break;                                                                                 \
        p.FIELD = (HIGH) + ((HIGH) < INT32_MAX);                                                   \
        expect_refused(&p, #FIELD " above " #HIGH);                                                \
        p.FIELD = INT32_MAX;                                                                       \
        expect_refused(&p, #FIELD " = INT32_MAX");                                                 \
    } while (0)
    RANGE(pick, 0, 10000);
    RANGE(noise_floor, 0, 100000000);
    RANGE(bins, 0, 8191);
    RANGE(clip, 0, 10000);
    RANGE(cycles, 0, 100);
    RANGE(distance, 1, INT32_MAX);
    RANGE(rot1, -1500000, 1500000);
    RANGE(rot2, -1500000, 1500000);
    RANGE(polarisation, -1000, 1000);
    RANGE(aspect, 10000, 100000000);
#undef RANGE
    wn_params p = {.model = WN_MODEL_TILES, .bins = 131072};
    expect_accepted(&p, "largest tile");
    p.bins += 4;
    expect_refused(&p, "larger tile");
    p = base;
    p.aspect = 0;
    expect_accepted(&p, "aspect = 0");
    p.aspect = 1;
    expect_refused(&p, "aspect = 1");
    p = base;
    p.model = (wn_model)3;
    expect_refused(&p, "model");
    p = base;
    p.error_model = (wn_error_model)4;
    expect_refused(&p, "error model");
    p = base;
    p.keep = (wn_keep)4;
    expect_refused(&p, "keep");
    p = base;
    for (p.block = -1; p.block < 11; p.block++) {
        if (p.block == 0 || (p.block >= 2 && p.block <= 8))
            expect_accepted(&p, "block");
        else
            expect_refused(&p, "block");
    }
    p = (wn_params){.keep = WN_KEEP_CLUSTER, .halo = 9, .filter_width = 99};
    expect_accepted(&p, "widest cluster");
    p.halo = 10;
    expect_refused(&p, "halo");
    p = (wn_params){.keep = WN_KEEP_CLUSTER, .filter_width = 100};
    expect_refused(&p, "filter width");
}
END_TEST

START_TEST(contradictions)
{
    wn_params p = {.model = WN_MODEL_RADIAL, .solid_angle = true};
    expect_refused(&p, "solid angle without distance");
    p = (wn_params){.model = WN_MODEL_RADIAL, .polarised = true};
    expect_refused(&p, "polarisation without distance");
    p = (wn_params){.model = WN_MODEL_RADIAL, .rot1 = 1};
    expect_refused(&p, "rot1 without distance");
    p = (wn_params){.model = WN_MODEL_RADIAL, .rot2 = -1};
    expect_refused(&p, "rot2 without distance");
    p = (wn_params){.distance = 1000, .solid_angle = true};
    expect_refused(&p, "solid angle of tiles");
    p = (wn_params){.distance = 1000, .polarised = true};
    expect_refused(&p, "polarisation of tiles");
    p = (wn_params){.distance = 1000, .rot1 = 1};
    expect_refused(&p, "rot1 of tiles");
    p = (wn_params){.model = WN_MODEL_TILES, .centre_x = 1, .distance = 1000, .rot2 = 1};
    expect_refused(&p, "rot2 of tiles");
    p = (wn_params){.keep = WN_KEEP_ALL, .block = 2};
    expect_refused(&p, "blocks of pixels that are all kept");
    p = (wn_params){.halo = 1};
    expect_refused(&p, "halo of outliers");
    p = (wn_params){.keep = WN_KEEP_ALL, .filter_width = 10};
    expect_refused(&p, "filter without clusters");
    p = (wn_params){.keep = WN_KEEP_CLUSTER, .compat_pyfai = true};
    expect_refused(&p, "clusters as pyFAI");
    p = (wn_params){.keep = WN_KEEP_CLUSTER, .noise_floor = 100};
    expect_refused(&p, "noise floor of clusters");
    for (int32_t pick = 99; pick <= 3001; pick += 2902) {
        p = (wn_params){.keep = WN_KEEP_CLUSTER, .pick = pick};
        expect_refused(&p, "clusters at such a cut-off");
        p.pick = pick < 100 ? 100 : 3000;
        expect_accepted(&p, "clusters at the ends of the range");
    }
    for (int32_t edge = 1; edge < 40; edge++) {
        p = (wn_params){.model = WN_MODEL_TILES, .bins = edge};
        if (edge % 4 == 0)
            expect_accepted(&p, "edge of a tile");
        else
            expect_refused(&p, "edge of a tile");
        p = (wn_params){.centre_x = 1, .bins = edge};
        expect_accepted(&p, "number of rings");
    }
}
END_TEST

START_TEST(automatic_model)
{
    wn_params p = {0};
    ck_assert_int_eq(wn_params_model(&p), WN_MODEL_TILES);
    p.centre_x = 1;
    ck_assert_int_eq(wn_params_model(&p), WN_MODEL_RADIAL);
    p = (wn_params){.centre_y = -1};
    ck_assert_int_eq(wn_params_model(&p), WN_MODEL_RADIAL);
    p.model = WN_MODEL_TILES;
    ck_assert_int_eq(wn_params_model(&p), WN_MODEL_TILES);
    p = (wn_params){.model = WN_MODEL_RADIAL};
    ck_assert_int_eq(wn_params_model(&p), WN_MODEL_RADIAL);
}
END_TEST

UNIT_MAIN(ranges, contradictions, automatic_model)
