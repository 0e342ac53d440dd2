/* The table of parameters: complete, consistent with wn_params_check(), and the stored form. The
 * quality levels. */
#include <limits.h>
#include <string.h>

#include "support/unit.h"

/* Every member of wn_params, listed by hand. */
static const char *const FIELDS[] = {
    "model",     "error_model",  "keep",     "plain_mean", "compat_pyfai", "solid_angle",
    "polarised", "has_dummy",    "centre_x", "centre_y",   "pick",         "noise_floor",
    "bins",      "clip",         "cycles",   "distance",   "aspect",       "rot1",
    "rot2",      "polarisation", "dummy",    "block",      "halo",         "filter_width",
    "width",     "height"};
#define FIELD_COUNT (sizeof FIELDS / sizeof FIELDS[0])

static bool is_field(const wn_param *row)
{
    return row->kind != WN_PARAM_QUALITY;
}

/* All combinations of what conditions ask for. */
static wn_params situation(int i)
{
    wn_params p;
    wn_params_init(&p);
    p.model = (wn_model)(i % 3);
    p.centre_x = i / 3 % 2;
    p.keep = (wn_keep)(i / 6 % 4);
    p.block = i / 24 % 2 * 3;
    return p;
}
#define SITUATIONS 48

START_TEST(each_field_once)
{
    const wn_param *table = wn_param_table();
    size_t bytes = 0;
    for (size_t f = 0; f < FIELD_COUNT; f++) {
        for (int i = 0; i < SITUATIONS; i++) {
            const wn_params p = situation(i);
            int holding = 0;
            for (size_t k = 0; k < WN_PARAM_ROWS; k++)
                holding += strcmp(table[k].name, FIELDS[f]) == 0 &&
                           wn_condition_holds(table[k].meaning, &p);
            EXPECT(holding == 1, "%s in situation %d: %d rows", FIELDS[f], i, holding);
            const wn_param *row = wn_param_find(FIELDS[f], &p);
            EXPECT(row && strcmp(row->name, FIELDS[f]) == 0, "%s", FIELDS[f]);
        }
        const wn_params none = situation(0);
        bytes += wn_param_find(FIELDS[f], &none)->size;
    }
    /* 5 bool, which leave a gap of 3 bytes; a field that is not in the list changes the size */
    ck_assert_uint_eq(bytes + 3, sizeof(wn_params));
    for (size_t k = 0; k < WN_PARAM_ROWS; k++) {
        bool known = !is_field(&table[k]);
        for (size_t f = 0; f < FIELD_COUNT; f++)
            known = known || strcmp(table[k].name, FIELDS[f]) == 0;
        EXPECT(known, "row %zu: %s", k, table[k].name);
    }
    const wn_params p = situation(0);
    ck_assert_ptr_null(wn_param_find("nothing", &p));
}
END_TEST

/* No two fields share bytes of wn_params, or digits of the stored list. */
START_TEST(places_of_their_own)
{
    const wn_param *table = wn_param_table();
    for (size_t i = 0; i < WN_PARAM_ROWS; i++) {
        for (size_t k = 0; k < i; k++) {
            const wn_param *a = &table[i], *b = &table[k];
            if (!is_field(a) || !is_field(b))
                continue;
            const bool same = strcmp(a->name, b->name) == 0;
            const bool apart = a->offset + a->size <= b->offset || b->offset + b->size <= a->offset;
            EXPECT(same ? a->offset == b->offset && a->size == b->size : apart, "%s, %s", a->name,
                   b->name);
            const bool same_slot = a->slot == b->slot;
            const bool same_digit = same_slot && a->place == b->place && a->digit == b->digit;
            EXPECT(same == same_digit, "%s, %s", a->name, b->name);
            EXPECT(!same_slot || same ||
                       (a->digit > 0 && b->digit > 0 &&
                        (a->place >= b->place * b->digit || b->place >= a->place * a->digit)),
                   "%s, %s", a->name, b->name);
        }
    }
}
END_TEST

/* Options are unique but for several meanings of a field; so are keys among rows that hold. */
START_TEST(names_are_unique)
{
    const wn_param *table = wn_param_table();
    for (size_t i = 0; i < WN_PARAM_ROWS; i++) {
        const wn_param *a = &table[i];
        EXPECT(a->title || !is_field(a), "%s", a->name);
        EXPECT(!a->option || strncmp(a->option, "--", 2) == 0, "%s", a->name);
        EXPECT(!a->option == !a->help && !a->key == !a->label, "%s", a->name);
        EXPECT(!a->label || strlen(a->label) <= 16, "%s", a->name);
        for (size_t k = 0; k < i; k++) {
            const wn_param *b = &table[k];
            if (strcmp(a->name, b->name) == 0)
                continue;
            EXPECT(!a->option || !b->option || strcmp(a->option, b->option) != 0, "%s", a->option);
            EXPECT(!a->key || !b->key || strcmp(a->key, b->key) != 0, "%s", a->key);
            EXPECT(!a->label || !b->label || strcmp(a->label, b->label) != 0, "%s", a->label);
        }
    }
}
END_TEST

START_TEST(get_and_set)
{
    const wn_param *table = wn_param_table();
    for (size_t i = 0; i < WN_PARAM_ROWS; i++) {
        if (!is_field(&table[i]))
            continue;
        const int64_t values[] = {table[i].lowest, table[i].highest, 0, 1};
        for (size_t k = 0; k < 4; k++) {
            wn_params p, zero;
            wn_params_init(&p);
            wn_params_init(&zero);
            wn_param_set(&table[i], &p, values[k]);
            EXPECT(wn_param_get(&table[i], &p) == values[k], "%s", table[i].name);
            EXPECT((memcmp(&p, &zero, sizeof p) == 0) == (values[k] == 0), "%s", table[i].name);
            wn_param_set(&table[i], &p, 0);
            EXPECT(memcmp(&p, &zero, sizeof p) == 0, "%s", table[i].name);
        }
    }
    wn_params p = {
        .width = UINT32_MAX, .dummy = INT32_MIN, .keep = WN_KEEP_ALL, .plain_mean = true};
    ck_assert_int_eq(wn_param_get(wn_param_find("width", &p), &p), UINT32_MAX);
    ck_assert_int_eq(wn_param_get(wn_param_find("dummy", &p), &p), INT32_MIN);
    ck_assert_int_eq(wn_param_get(wn_param_find("keep", &p), &p), WN_KEEP_ALL);
    ck_assert_int_eq(wn_param_get(wn_param_find("plain_mean", &p), &p), 1);
    wn_param_set(wn_param_find("centre_y", &p), &p, -17);
    ck_assert_int_eq(p.centre_y, -17);
}
END_TEST

/* ---- ranges and defaults ------------------------------------------------------------------- */

/* Parameters in which a row holds and its field may have any value of its range. */
static wn_params suitable(const wn_param *row)
{
    wn_params p;
    wn_params_init(&p);
    const bool place = row->group == WN_GROUP_PLACE || strcmp(row->name, "solid_angle") == 0 ||
                       strncmp(row->name, "polaris", 7) == 0;
    if (place || row->meaning == WN_IF_RADIAL)
        p = (wn_params){.model = WN_MODEL_RADIAL, .centre_x = 1000, .distance = 1000000};
    if (row->meaning == WN_IF_CLUSTERS || row->effect == WN_IF_CLUSTERS)
        p.keep = WN_KEEP_CLUSTER;
    if (row->meaning == WN_IF_BLOCKS)
        p.block = 2;
    return p;
}

static wn_status check_with(const wn_param *row, int64_t value)
{
    wn_params p = suitable(row);
    wn_param_set(row, &p, value);
    return wn_params_check(&p, NULL, 0);
}

START_TEST(ranges_are_those_of_the_check)
{
    const wn_param *table = wn_param_table();
    int beyond = 0;
    for (size_t i = 0; i < WN_PARAM_ROWS; i++) {
        const wn_param *row = &table[i];
        if (!is_field(row))
            continue;
        const wn_params p = suitable(row);
        EXPECT(wn_params_check(&p, NULL, 0) == WN_OK, "%s", row->name);
        EXPECT(wn_condition_holds(row->meaning, &p) && wn_condition_holds(row->effect, &p), "%s",
               row->name);
        EXPECT(row->lowest <= row->highest && row->scale >= 1, "%s", row->name);
        /* rings with a bin each need no multiple of 4: tiles do */
        EXPECT(check_with(row, row->lowest) == WN_OK, "%s at %ld", row->name, (long)row->lowest);
        EXPECT(check_with(row, row->highest - (strcmp(row->name, "bins") == 0 ? row->highest % 4
                                                                              : 0)) == WN_OK,
               "%s at %ld", row->name, (long)row->highest);
        if (row->size == 1 || row->highest > INT32_MAX)
            continue;
        if (row->lowest > INT32_MIN && row->lowest != 1) {
            EXPECT(check_with(row, row->lowest - 1) == WN_ERR_PARAMS, "%s", row->name);
            beyond++;
        }
        if (row->lowest == 1)
            EXPECT(check_with(row, -1) == WN_ERR_PARAMS, "%s", row->name);
        if (row->highest < INT32_MAX) {
            EXPECT(check_with(row, row->highest + 1) == WN_ERR_PARAMS, "%s", row->name);
            beyond++;
        }
    }
    ck_assert_int_gt(beyond, 20);
}
END_TEST

START_TEST(defaults_are_those_of_the_library)
{
    wn_params p;
    wn_params_init(&p);
#define DEFAULT(NAME) wn_param_value(wn_param_find(NAME, &p), &p, WN_U16)
    ck_assert_int_eq(DEFAULT("model"), WN_MODEL_TILES);
    ck_assert_int_eq(DEFAULT("keep"), WN_KEEP_OUTLIER);
    ck_assert_int_eq(DEFAULT("pick"), WN_DEFAULT_PICK);
    ck_assert_int_eq(DEFAULT("bins"), WN_DEFAULT_TILE);
    ck_assert_int_eq(DEFAULT("cycles"), WN_DEFAULT_CYCLES);
    ck_assert_int_eq(DEFAULT("clip"), 0);
    ck_assert_int_eq(DEFAULT("halo"), 0);
    p.keep = WN_KEEP_CLUSTER;
    ck_assert_int_eq(DEFAULT("pick"), WN_DEFAULT_SEED);
    p.block = 2;
    ck_assert_int_eq(DEFAULT("halo"), WN_DEFAULT_HALO);
    p.centre_x = 1;
    ck_assert_int_eq(DEFAULT("model"), WN_MODEL_RADIAL);
    ck_assert_int_eq(DEFAULT("bins"), 0);
    p.pick = 250;
    ck_assert_int_eq(DEFAULT("pick"), 250);
#undef DEFAULT
}
END_TEST

START_TEST(error_model_by_type)
{
    wn_params p;
    wn_params_init(&p);
    const wn_param *row = wn_param_find("error_model", &p);
    for (size_t i = 0; i < 10; i++) {
        const wn_error_model expected =
            unit_is_float(unit_types[i]) ? WN_ERROR_AZIMUTHAL : WN_ERROR_HYBRID;
        ck_assert_int_eq(wn_params_error_model(&p, unit_types[i]), expected);
        ck_assert_int_eq(wn_param_value(row, &p, unit_types[i]), expected);
        /* what the table says of the default names both */
        ck_assert_ptr_nonnull(strstr(row->standard_text, wn_param_choice(row, expected)->word));
    }
    ck_assert_int_eq(wn_param_value(row, &p, (wn_type)0), WN_ERROR_AUTO);
    p.error_model = WN_ERROR_POISSON;
    ck_assert_int_eq(wn_params_error_model(&p, WN_F32), WN_ERROR_POISSON);
    ck_assert_int_eq(wn_param_value(row, &p, (wn_type)0), WN_ERROR_POISSON);
}
END_TEST

/* ---- words --------------------------------------------------------------------------------- */

START_TEST(words_and_values)
{
    const wn_param *table = wn_param_table();
    for (size_t i = 0; i < WN_PARAM_ROWS; i++) {
        const wn_param *row = &table[i];
        EXPECT((row->kind == WN_PARAM_CHOICE) <= (row->choices > 0), "%s", row->name);
        for (size_t k = 0; k < row->choices; k++) {
            int32_t value = -1;
            EXPECT(wn_param_word(row, row->choice[k].word, &value), "%s", row->choice[k].word);
            ck_assert_int_eq(value, row->choice[k].value);
            ck_assert_ptr_eq(wn_param_choice(row, value), &row->choice[k]);
            EXPECT(value >= 0 && value <= row->highest, "%s: %s", row->name, row->choice[k].word);
            /* an enumeration is complete: its words are numbered from 1 on */
            EXPECT(row->kind != WN_PARAM_CHOICE || row->size == 1 || value == (int32_t)k + 1, "%s",
                   row->choice[k].word);
        }
        int32_t value = 77;
        EXPECT(!wn_param_word(row, "nonsense", &value) && value == 77, "%s", row->name);
        EXPECT(!wn_param_choice(row, 99), "%s", row->name);
    }
    for (int i = 0; i < WN_CONDITIONS; i++)
        for (int k = 0; k < i; k++)
            EXPECT(strcmp(wn_condition_name((wn_condition)i), wn_condition_name((wn_condition)k)) !=
                       0,
                   "conditions %d and %d", i, k);
}
END_TEST

/* ---- stored form --------------------------------------------------------------------------- */

/* Any values that can be stored come back, whether or not they fit together. */
START_TEST(stored_row_by_row)
{
    const wn_param *table = wn_param_table();
    uint64_t random = 5;
    for (int i = 0; i < 20000; i++) {
        wn_params p, back;
        wn_params_init(&p);
        for (size_t k = 0; k < WN_PARAM_ROWS; k++) {
            const wn_param *row = &table[k];
            if (!is_field(row) || unit_random(&random) % 3 == 0)
                continue;
            const int64_t most =
                row->digit > 0 && row->slot == WN_CD_KEEP_DIGITS ? row->digit - 1 : row->highest;
            wn_param_set(row, &p, unit_integer(&random, row->lowest < 0 ? row->lowest : 0, most));
        }
        uint32_t cd[WN_CD_VALUES];
        const size_t n = wn_params_to_cd(&p, cd);
        memset(&back, 0, sizeof back);
        ck_assert_int_eq(wn_params_from_cd(cd, n, &back, NULL, 0), WN_OK);
        EXPECT(memcmp(&p, &back, sizeof p) == 0, "case %d", i);
    }
}
END_TEST

/* ---- quality levels ------------------------------------------------------------------------ */

START_TEST(levels)
{
    const wn_quality_level *level = wn_quality_table();
    for (size_t i = 0; i < WN_QUALITY_LEVELS; i++) {
        ck_assert_str_eq(wn_quality_name(level[i].quality), level[i].name);
        EXPECT(strlen(level[i].help) > 10, "%s", level[i].name);
        EXPECT(level[i].floats.block == 0 && level[i].floats.halo == 0, "%s", level[i].name);
        for (size_t k = 0; k < i; k++)
            EXPECT(level[i].quality != level[k].quality &&
                       strcmp(level[i].name, level[k].name) != 0,
                   "%s", level[i].name);
        for (size_t type = 0; type < 10; type++) {
            wn_params p;
            wn_params_init(&p);
            ck_assert_int_eq(wn_params_quality(level[i].quality, unit_types[type], &p), WN_OK);
            EXPECT(wn_params_check(&p, NULL, 0) == WN_OK, "%s", level[i].name);
        }
    }
}
END_TEST

UNIT_MAIN(each_field_once, places_of_their_own, names_are_unique, get_and_set,
          ranges_are_those_of_the_check, defaults_are_those_of_the_library, error_model_by_type,
          words_and_values, stored_row_by_row, levels)
