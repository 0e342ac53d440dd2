/* Parameters: their stored form, how they fit arrays, and error texts. */
#include <string.h>

#include "core/params/test_params.h"
#include "support/unit.h"

static wn_params random_params(uint64_t *random)
{
    wn_params p;
    wn_params_init(&p);
    const bool radial = unit_random(random) % 2;
    p.error_model = (wn_error_model)unit_integer(random, 0, 3);
    p.keep = (wn_keep)unit_integer(random, 0, 3);
    p.plain_mean = unit_random(random) % 2;
    p.compat_pyfai = p.keep != WN_KEEP_CLUSTER && unit_random(random) % 2;
    p.has_dummy = unit_random(random) % 2;
    p.pick = (int32_t)unit_integer(random, 0, 10000);
    if (p.keep == WN_KEEP_CLUSTER && p.pick != 0)
        p.pick = (int32_t)unit_integer(random, 100, 3000);
    if (p.keep != WN_KEEP_CLUSTER)
        p.noise_floor = (int32_t)unit_integer(random, 0, 100000000);
    if (p.keep == WN_KEEP_CLUSTER) {
        p.halo = (int32_t)unit_integer(random, 0, 9);
        p.filter_width = (int32_t)unit_integer(random, 0, 99);
    }
    if (p.keep != WN_KEEP_ALL && unit_random(random) % 2)
        p.block = (int32_t)unit_integer(random, 2, 8);
    p.clip = (int32_t)unit_integer(random, 0, 10000);
    p.cycles = (int32_t)unit_integer(random, 0, 100);
    p.distance = (int32_t)unit_integer(random, 1, INT32_MAX);
    p.aspect = unit_random(random) % 2 ? (int32_t)unit_integer(random, 10000, 100000000) : 0;
    p.dummy = (int32_t)unit_integer(random, INT32_MIN, INT32_MAX);
    p.polarisation = (int32_t)unit_integer(random, -1000, 1000);
    if (unit_random(random) % 2) {
        p.width = (uint32_t)unit_random(random);
        p.height = (uint32_t)unit_random(random);
    }
    if (radial) {
        p.model = unit_random(random) % 2 ? WN_MODEL_RADIAL : WN_MODEL_AUTO;
        p.centre_x = (int32_t)(unit_integer(random, INT32_MIN, INT32_MAX) | 1);
        p.centre_y = (int32_t)unit_integer(random, INT32_MIN, INT32_MAX);
        p.bins = (int32_t)unit_integer(random, 0, 8191);
        p.solid_angle = unit_random(random) % 2;
        p.polarised = unit_random(random) % 2;
        p.rot1 = (int32_t)unit_integer(random, -1500000, 1500000);
        p.rot2 = (int32_t)unit_integer(random, -1500000, 1500000);
    } else {
        p.model = unit_random(random) % 2 ? WN_MODEL_TILES : WN_MODEL_AUTO;
        p.bins = 4 * (int32_t)unit_integer(random, 0, 2047);
    }
    return p;
}

static bool same_params(const wn_params *a, const wn_params *b)
{
    return a->model == b->model && a->error_model == b->error_model && a->keep == b->keep &&
           a->plain_mean == b->plain_mean && a->compat_pyfai == b->compat_pyfai &&
           a->solid_angle == b->solid_angle && a->polarised == b->polarised &&
           a->has_dummy == b->has_dummy && a->centre_x == b->centre_x &&
           a->centre_y == b->centre_y && a->pick == b->pick && a->noise_floor == b->noise_floor &&
           a->bins == b->bins && a->clip == b->clip && a->cycles == b->cycles &&
           a->distance == b->distance && a->aspect == b->aspect && a->rot1 == b->rot1 &&
           a->rot2 == b->rot2 && a->polarisation == b->polarisation && a->dummy == b->dummy &&
           a->block == b->block && a->halo == b->halo && a->filter_width == b->filter_width &&
           a->width == b->width && a->height == b->height;
}

/* ---- stored form --------------------------------------------------------------------------- */

START_TEST(round_trip)
{
    uint64_t random = 1;
    for (int i = 0; i < 20000; i++) {
        const wn_params p = random_params(&random);
        uint32_t cd[WN_CD_VALUES + 1];
        memset(cd, 0x77, sizeof cd);
        const size_t n = wn_params_to_cd(&p, cd);
        ck_assert_uint_eq(cd[WN_CD_VALUES], 0x77777777u);
        EXPECT(n <= WN_CD_HEIGHT + 1, "%zu values", n);
        EXPECT(n == 0 || cd[n - 1] != 0, "%zu values", n);
        for (size_t k = n; k < WN_CD_VALUES; k++)
            EXPECT(cd[k] == 0, "slot %zu", k);
        /* with and without the trailing zeros */
        wn_params back;
        EXPECT(wn_params_from_cd(cd, n, &back, NULL, 0) == WN_OK, "case %d", i);
        EXPECT(same_params(&p, &back), "case %d", i);
        EXPECT(wn_params_from_cd(cd, WN_CD_VALUES, &back, NULL, 0) == WN_OK, "case %d", i);
        EXPECT(same_params(&p, &back), "case %d", i);
        EXPECT(wn_params_check(&back, NULL, 0) == WN_OK, "case %d", i);
    }
}
END_TEST

START_TEST(defaults)
{
    wn_params p, back;
    memset(&p, 0x55, sizeof p);
    wn_params_init(&p);
    uint32_t cd[WN_CD_VALUES];
    ck_assert_uint_eq(wn_params_to_cd(&p, cd), 0);
    for (size_t i = 0; i < WN_CD_VALUES; i++)
        ck_assert_uint_eq(cd[i], 0);
    memset(&back, 0x55, sizeof back);
    ck_assert_int_eq(wn_params_from_cd(NULL, 0, &back, NULL, 0), WN_OK);
    ck_assert(same_params(&p, &back));
    ck_assert_int_eq(wn_params_check(&p, NULL, 0), WN_OK);
    ck_assert_int_eq(wn_params_model(&p), WN_MODEL_TILES);
}
END_TEST

/* Slot by slot, as include/winnow.h has the list. */
START_TEST(slots)
{
    const wn_params p = {
        .model = WN_MODEL_RADIAL,
        .error_model = WN_ERROR_AZIMUTHAL,
        .keep = WN_KEEP_CLUSTER,
        .plain_mean = true,
        .solid_angle = true,
        .has_dummy = true,
        .centre_x = 1031700,
        .centre_y = -1,
        .pick = 300,
        .noise_floor = 100,
        .bins = 800,
        .clip = 450,
        .cycles = 7,
        .distance = 2000000,
        .aspect = 1500000,
        .rot1 = -1500000,
        .rot2 = 12,
        .polarisation = -990,
        .dummy = -2,
        .block = 4,
        .halo = 3,
        .filter_width = 12,
        .width = 2070,
        .height = 2167,
    };
    const uint32_t expected[WN_CD_VALUES] = {
        1,       10101221, 1031700,       0xffffffffu, 300,       100,     800,  450,  7,
        2000000, 1500000,  0u - 1500000u, 12,          0u - 990u, 0u - 2u, 1234, 2070, 2167};
    uint32_t cd[WN_CD_VALUES];
    ck_assert_uint_eq(wn_params_to_cd(&p, cd), 18);
    for (size_t i = 0; i < WN_CD_VALUES; i++)
        EXPECT(cd[i] == expected[i], "slot %zu is %u", i, (unsigned)cd[i]);
}
END_TEST

START_TEST(method_digits)
{
    uint32_t cd[2] = {1, 0};
    wn_params p;
    cd[1] = 11111111;
    ck_assert_int_eq(wn_params_from_cd(cd, 2, &p, NULL, 0), WN_OK);
    ck_assert(p.model == WN_MODEL_RADIAL && p.error_model == WN_ERROR_POISSON &&
              p.keep == WN_KEEP_OUTLIER && p.plain_mean && p.compat_pyfai && p.solid_angle &&
              p.polarised && p.has_dummy);
    /* the highest value of each digit, and the one above */
    const unsigned highest[] = {2, 3, 3, 1, 1, 1, 1, 1};
    uint32_t place = 1;
    for (int i = 0; i < 8; i++, place *= 10) {
        for (unsigned digit = 0; digit < 10; digit++) {
            const wn_params before = {.pick = 4711};
            p = before;
            cd[1] = digit * place;
            const wn_status status = wn_params_from_cd(cd, 2, &p, NULL, 0);
            EXPECT(status == (digit <= highest[i] ? WN_OK : WN_ERR_PARAMS), "method %u",
                   (unsigned)cd[1]);
            if (status != WN_OK)
                EXPECT(same_params(&p, &before), "method %u", (unsigned)cd[1]);
        }
    }
    cd[1] = 100000000;
    ck_assert_int_eq(wn_params_from_cd(cd, 2, &p, NULL, 0), WN_ERR_PARAMS);
    cd[1] = UINT32_MAX;
    ck_assert_int_eq(wn_params_from_cd(cd, 2, &p, NULL, 0), WN_ERR_PARAMS);
}
END_TEST

START_TEST(versions_of_the_list)
{
    uint32_t cd[WN_CD_VALUES + 1] = {0};
    wn_params p;
    ck_assert_int_eq(wn_params_from_cd(cd, 1, &p, NULL, 0), WN_OK);
    cd[0] = 1;
    ck_assert_int_eq(wn_params_from_cd(cd, 1, &p, NULL, 0), WN_OK);
    cd[0] = 2;
    ck_assert_int_eq(wn_params_from_cd(cd, 1, &p, NULL, 0), WN_ERR_VERSION);
    cd[0] = UINT32_MAX;
    ck_assert_int_eq(wn_params_from_cd(cd, WN_CD_VALUES, &p, NULL, 0), WN_ERR_VERSION);
    cd[0] = 1;
    ck_assert_int_eq(wn_params_from_cd(cd, WN_CD_VALUES, &p, NULL, 0), WN_OK);
    ck_assert_int_eq(wn_params_from_cd(cd, WN_CD_VALUES + 1, &p, NULL, 0), WN_ERR_PARAMS);
    ck_assert_int_eq(wn_params_from_cd(NULL, SIZE_MAX, &p, NULL, 0), WN_ERR_PARAMS);
    cd[WN_CD_KEEP_DIGITS] = 9999;
    ck_assert_int_eq(wn_params_from_cd(cd, WN_CD_VALUES, &p, NULL, 0), WN_OK);
    ck_assert(p.block == 9 && p.halo == 9 && p.filter_width == 99);
    cd[WN_CD_KEEP_DIGITS] = 10000;
    ck_assert_int_eq(wn_params_from_cd(cd, WN_CD_VALUES, &p, NULL, 0), WN_ERR_PARAMS);
}
END_TEST

/* ---- parameters and array ------------------------------------------------------------------ */

static void expect_fit(const wn_params *p, uint32_t height, uint32_t width, bool fits,
                       const char *what)
{
    const wn_array array = {WN_U16, false, 1, height, width};
    char why[WHY] = "nothing";
    const wn_status status = wn_params_fit(p, &array, why, sizeof why);
    EXPECT(status == (fits ? WN_OK : WN_ERR_PARAMS), "%s: %s", what, why);
    if (!fits)
        expect_sentence(why, sizeof why);
    ck_assert_int_eq(wn_params_fit(p, &array, NULL, 0), status);
}

START_TEST(fit)
{
    wn_params p = {0};
    expect_fit(&p, 100, 200, true, "tiles");
    expect_fit(&p, 0, 200, false, "no rows");
    expect_fit(&p, 65535, 65535, false, "larger than 2 GiB");
    p.width = 400;
    p.height = 300;
    expect_fit(&p, 100, 200, true, "tiles may cut a frame");

    p = (wn_params){.centre_x = 50000, .centre_y = 60000};
    expect_fit(&p, 100, 200, true, "centre inside");
    p.width = 200;
    expect_fit(&p, 100, 200, true, "width of the frame");
    expect_fit(&p, 100, 199, false, "the chunk cuts the width");
    p.height = 100;
    expect_fit(&p, 100, 200, true, "both of the frame");
    expect_fit(&p, 50, 200, false, "the chunk cuts the height");

    p = (wn_params){.centre_x = 200000, .centre_y = 60000};
    expect_fit(&p, 100, 200, false, "centre to the right");
    p.centre_x = 199400;
    expect_fit(&p, 100, 200, true, "centre in the last column");
    p.centre_x = -600;
    expect_fit(&p, 100, 200, false, "centre to the left");
    p.centre_x = -400;
    expect_fit(&p, 100, 200, true, "centre in the first column");
    p.centre_y = 99600;
    expect_fit(&p, 100, 200, false, "centre below");
    p.centre_y = -501;
    expect_fit(&p, 100, 200, false, "centre above");
    p.width = 200;
    p.height = 100;
    expect_fit(&p, 100, 200, true, "centre outside, but the frame is declared");

    p = (wn_params){.bins = 4};
    expect_fit(&p, 256, 256, true, "65536 cells");
    expect_fit(&p, 256, 260, false, "more than 65536 cells");
    p = (wn_params){
        .centre_x = 9000, .centre_y = 9000, .distance = 1000, .solid_angle = true, .bins = 2048};
    expect_fit(&p, 20, 20, true, "2048 rings with norm");
    p.bins = 2049;
    expect_fit(&p, 20, 20, false, "2049 rings with norm");
}
END_TEST

/* What fits can be encoded. */
START_TEST(what_fits_gets_a_map)
{
    uint64_t random = 5;
    unsigned fits = 0;
    for (int i = 0; i < 3000; i++) {
        wn_params p = random_params(&random);
        const wn_array array = {WN_U8, false, 1, (uint32_t)unit_integer(&random, 1, 70),
                                (uint32_t)unit_integer(&random, 1, 70)};
        p.width = array.width;
        p.height = array.height;
        if (wn_params_fit(&p, &array, NULL, 0) != WN_OK)
            continue;
        fits++;
        wn_map *map = NULL;
        EXPECT(wn_map_create(&p, array.height, array.width, NULL, &map) == WN_OK, "case %d", i);
        wn_map_free(map);
    }
    ck_assert_uint_gt(fits, 1000);
}
END_TEST

START_TEST(arrays_in_the_list)
{
    for (size_t i = 0; i < 10; i++) {
        for (int big = 0; big < 2; big++) {
            const wn_array array = {unit_types[i], big, 3, 2167, 2070};
            uint32_t cd[WN_CD_VALUES] = {0};
            wn_array_to_cd(&array, cd);
            ck_assert_uint_eq(cd[0], WN_PARAMS_VERSION);
            ck_assert_uint_eq(cd[16], 2070);
            ck_assert_uint_eq(cd[17], 2167);
            ck_assert_uint_eq(cd[18], 3);
            ck_assert_uint_eq(cd[19], (uint32_t)unit_types[i] + (big ? 1000 : 0));
            wn_array back = {0};
            ck_assert_int_eq(wn_array_from_cd(cd, WN_CD_VALUES, &back), WN_OK);
            ck_assert(back.type == array.type && back.big_endian == array.big_endian &&
                      back.frames == 3 && back.height == 2167 && back.width == 2070);
            /* a complete list is a list of parameters as well */
            wn_params p;
            ck_assert_int_eq(wn_params_from_cd(cd, WN_CD_VALUES, &p, NULL, 0), WN_OK);
            ck_assert(p.width == 2070 && p.height == 2167);
            for (size_t n = 0; n < WN_CD_VALUES; n++)
                EXPECT(wn_array_from_cd(cd, n, &back) == WN_ERR_PARAMS, "%zu values", n);
        }
    }
    wn_array back = {.frames = 77};
    ck_assert_int_eq(wn_array_from_cd(NULL, 0, &back), WN_ERR_PARAMS);
    ck_assert_uint_eq(back.frames, 77);
}
END_TEST

START_TEST(lists_of_no_array)
{
    const wn_array array = {WN_U16, false, 3, 20, 30};
    const struct {
        size_t slot;
        uint32_t value;
        wn_status status;
    } wrong[] = {
        {0, 0, WN_ERR_VERSION},          {0, 2, WN_ERR_VERSION},
        {16, 0, WN_ERR_PARAMS},          {17, 0, WN_ERR_PARAMS},
        {18, 0, WN_ERR_PARAMS},          {19, 0, WN_ERR_PARAMS},
        {19, 1000, WN_ERR_PARAMS},       {19, 117, WN_ERR_PARAMS},
        {19, 2116, WN_ERR_PARAMS},       {19, 316, WN_ERR_PARAMS},
        {19, UINT32_MAX, WN_ERR_PARAMS}, {16, UINT32_MAX, WN_ERR_PARAMS},
        {18, 0x40000000, WN_ERR_PARAMS},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        uint32_t cd[WN_CD_VALUES] = {0};
        wn_array back = array;
        wn_array_to_cd(&array, cd);
        cd[wrong[i].slot] = wrong[i].value;
        EXPECT(wn_array_from_cd(cd, WN_CD_VALUES, &back) == wrong[i].status, "case %zu", i);
        EXPECT(memcmp(&back, &array, sizeof back) == 0, "case %zu", i);
    }
}
END_TEST

/* ---- arrays, words ------------------------------------------------------------------------- */

START_TEST(element_types)
{
    const struct {
        wn_type type;
        size_t size;
        const char *name;
    } types[] = {
        {WN_U8, 1, "uint8"},    {WN_U16, 2, "uint16"}, {WN_U32, 4, "uint32"},
        {WN_U64, 8, "uint64"},  {WN_I8, 1, "int8"},    {WN_I16, 2, "int16"},
        {WN_I32, 4, "int32"},   {WN_I64, 8, "int64"},  {WN_F32, 4, "float32"},
        {WN_F64, 8, "float64"},
    };
    size_t known = 0;
    for (unsigned number = 0; number < 2000; number++) {
        const size_t size = wn_type_size((wn_type)number);
        const char *name = wn_type_name((wn_type)number);
        if (size == 0) {
            ck_assert_str_eq(name, "unknown");
            continue;
        }
        known++;
        ck_assert_uint_eq(number % 100, 8 * size);
    }
    ck_assert_uint_eq(known, sizeof types / sizeof types[0]);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        ck_assert_uint_eq(wn_type_size(types[i].type), types[i].size);
        ck_assert_str_eq(wn_type_name(types[i].type), types[i].name);
    }
}
END_TEST

START_TEST(array_bytes)
{
    wn_array a = {WN_U16, false, 3, 20, 30};
    ck_assert_uint_eq(wn_array_bytes(&a), 3600);
    a.frames = 0;
    ck_assert_uint_eq(wn_array_bytes(&a), 0);
    a = (wn_array){(wn_type)17, false, 3, 20, 30};
    ck_assert_uint_eq(wn_array_bytes(&a), 0);
    /* the largest, and one more */
    a = (wn_array){WN_U8, false, 1, 1, (uint32_t)WN_ARRAY_MAX};
    ck_assert_uint_eq(wn_array_bytes(&a), WN_ARRAY_MAX);
    a.width++;
    ck_assert_uint_eq(wn_array_bytes(&a), 0);
    a = (wn_array){WN_F64, true, UINT32_MAX, UINT32_MAX, UINT32_MAX};
    ck_assert_uint_eq(wn_array_bytes(&a), 0);
    a = (wn_array){WN_F64, true, 1, 1u << 31, 1u << 31};
    ck_assert_uint_eq(wn_array_bytes(&a), 0);
    ck_assert_uint_eq(wn_encode_bound(&a), 0);
}
END_TEST

START_TEST(byte_order_of_the_machine)
{
    const uint32_t one = 1;
    uint8_t first;
    memcpy(&first, &one, 1);
    ck_assert_int_eq(wn_native_big_endian(), first == 0);
}
END_TEST

START_TEST(words)
{
    for (int i = 0; i <= 12; i++) {
        const char *text = wn_strerror((wn_status)i);
        ck_assert_ptr_nonnull(text);
        ck_assert_uint_gt(strlen(text), 4);
        for (int j = 0; j < i; j++)
            ck_assert_str_ne(text, wn_strerror((wn_status)j));
    }
    ck_assert_ptr_nonnull(wn_strerror((wn_status)13));
    ck_assert_ptr_nonnull(wn_strerror((wn_status)-1));
    ck_assert_str_eq(wn_version(), "0.1.0");
    /* pinned */
    ck_assert_int_eq(WN_OK, 0);
    ck_assert_int_eq(WN_ERR_SPACE, 5);
    ck_assert_int_eq(WN_ERR_BLOSC, 12);
    ck_assert_int_eq(WN_FILTER_ID, 47000);
}
END_TEST

UNIT_MAIN(round_trip, defaults, slots, method_digits, versions_of_the_list, fit,
          what_fits_gets_a_map, arrays_in_the_list, lists_of_no_array, element_types, array_bytes,
          byte_order_of_the_machine, words)
