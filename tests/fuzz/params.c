/*
 * Fuzz target: parameters, as they come from a file.
 *
 * Input: the list as little-endian words of 32 bits; the last byte gives its length.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/unit.h"
#include "support/unit_fuzz.h"

#define WORDS 24

/* Frames up to this many pixels get a map. */
#define LARGEST 10000

static void expect_sentence(const char *why, size_t size)
{
    FUZZ_EXPECT(memchr(why, 0, size) && strlen(why) > 10);
}

/* What is read is written back as it was, but for the version and what the array says. */
static void expect_back(const uint32_t *cd, size_t n, const wn_params *p)
{
    uint32_t back[WN_CD_VALUES];
    const size_t used = wn_params_to_cd(p, back);
    FUZZ_EXPECT(used <= WN_CD_FRAMES && (used == 0 || back[used - 1] != 0));
    for (size_t i = 1; i < WN_CD_FRAMES; i++)
        FUZZ_EXPECT(back[i] == (i < n ? cd[i] : 0));
    wn_params again;
    FUZZ_EXPECT(wn_params_from_cd(back, used, &again, NULL, 0) == WN_OK);
    uint32_t twice[WN_CD_VALUES];
    FUZZ_EXPECT(wn_params_to_cd(&again, twice) == used);
    FUZZ_EXPECT(memcmp(back, twice, sizeof back) == 0);
}

static void expect_map(const wn_params *p, const wn_array *a)
{
    char why[100];
    memset(why, 'x', sizeof why);
    const wn_status status = wn_params_fit(p, a, why, sizeof why);
    FUZZ_EXPECT(status == WN_OK || status == WN_ERR_PARAMS);
    if (status != WN_OK)
        expect_sentence(why, sizeof why);
    if ((uint64_t)a->height * a->width > LARGEST)
        return;
    wn_map *map = NULL;
    const wn_status made = wn_map_create(p, a->height, a->width, NULL, &map);
    FUZZ_EXPECT(made == WN_OK || (status != WN_OK && made != WN_ERR_MEMORY));
    wn_map_free(map);
}

static void try_params(const uint32_t *cd, size_t n, const wn_array *a)
{
    wn_params p;
    char why[60];
    memset(why, 'x', sizeof why);
    const wn_status status = wn_params_from_cd(cd, n, &p, why, sizeof why);
    FUZZ_EXPECT(status == WN_OK || status == WN_ERR_PARAMS || status == WN_ERR_VERSION);
    if (status == WN_ERR_PARAMS)
        expect_sentence(why, sizeof why);
    if (status != WN_OK)
        return;
    expect_back(cd, n, &p);
    memset(why, 'x', sizeof why);
    const wn_status check = wn_params_check(&p, why, sizeof why);
    FUZZ_EXPECT(check == WN_OK || check == WN_ERR_PARAMS);
    if (check != WN_OK)
        expect_sentence(why, sizeof why);
    FUZZ_EXPECT(check != WN_OK || wn_params_model(&p) == WN_MODEL_RADIAL ||
                wn_params_model(&p) == WN_MODEL_TILES);
    expect_map(&p, a);
    const wn_array small = {WN_U16, false, 1, p.height % 60 + 1, p.width % 60 + 1};
    expect_map(&p, &small);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const size_t words = size / 4 < WORDS ? size / 4 : WORDS;
    size_t n = size % 4 ? data[size - 1] % (WORDS + 1) : words;
    n = n < words ? n : words;
    uint32_t *cd = malloc(n * sizeof *cd); /* exactly, for the sanitizer */
    for (size_t i = 0; i < n; i++)
        cd[i] = data[4 * i] | (uint32_t)data[4 * i + 1] << 8 | (uint32_t)data[4 * i + 2] << 16 |
                (uint32_t)data[4 * i + 3] << 24;
    wn_array a = {WN_U16, false, 1, 40, 50};
    const wn_status status = wn_array_from_cd(cd, n, &a);
    FUZZ_EXPECT(status == WN_OK || status == WN_ERR_PARAMS || status == WN_ERR_VERSION);
    FUZZ_EXPECT(wn_array_bytes(&a) > 0);
    if (status == WN_OK) {
        uint32_t back[WN_CD_VALUES] = {0};
        wn_array_to_cd(&a, back);
        FUZZ_EXPECT(memcmp(back + WN_CD_WIDTH, cd + WN_CD_WIDTH, 4 * sizeof *cd) == 0);
    }
    try_params(n > 0 ? cd : NULL, n, &a);
    free(cd);
    return 0;
}

/* ---- seeds --------------------------------------------------------------------------------- */

size_t fuzz_seed(size_t number, uint8_t **seed)
{
    if (number >= 12)
        return 0;
    wn_params p = {.pick = 300, .has_dummy = number % 2, .dummy = -2};
    if (number % 3) {
        p.centre_x = 20000;
        p.centre_y = 25000;
        p.distance = 100000;
        p.rot1 = number % 4 ? 0 : 1000;
        p.solid_angle = number % 5 == 0;
        p.polarised = number % 7 == 1;
        p.polarisation = 990;
        p.bins = 100;
    }
    p.error_model = (wn_error_model)(number % 4);
    const wn_array a = {unit_types[number % 10], number % 2, 2, 40, 50};
    uint32_t cd[WN_CD_VALUES];
    size_t n = wn_params_to_cd(&p, cd);
    if (number % 4) {
        wn_array_to_cd(&a, cd);
        n = WN_CD_VALUES;
    }
    *seed = unit_alloc(4 * n + 1);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < 4; k++)
            (*seed)[4 * i + k] = (uint8_t)(cd[i] >> 8 * k);
    }
    (*seed)[4 * n] = (uint8_t)n;
    return 4 * n + 1;
}
