/* What the tests of the linker share. */
#ifndef TEST_CORE_LINKING_TEST_LINKER_H
#define TEST_CORE_LINKING_TEST_LINKER_H

#include "support/reference_spots.h"

#include "support/reference_spots.h"

static inline wn_linker *new_linker(const wn_spot_rule *rule, uint32_t height, uint32_t width)
{
    wn_linker *linker = NULL;
    ck_assert_int_eq(wn_linker_create(rule, height, width, &linker), WN_OK);
    return linker;
}

static inline wn_spot_list *take(wn_linker *linker)
{
    wn_spot_list *list = NULL;
    ck_assert_int_eq(wn_linker_take(linker, &list), WN_OK);
    return list;
}

/* A strong pixel without background. */
static inline wn_found_pixel strong(uint32_t index, double value)
{
    return (wn_found_pixel){
        .index = index, .spot = WN_SPOT_BY_NEIGHBOURS, .value = value, .bits = WN_FOUND_STRONG};
}

#endif
