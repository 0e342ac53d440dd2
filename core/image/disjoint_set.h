/* Disjoint sets of numbers with a join operation, for connected components. */
#ifndef WN_IMAGE_DISJOINT_SET_H
#define WN_IMAGE_DISJOINT_SET_H

#include "winnow.h"

struct disjoint_set {
    uint32_t *parent; /* of each number; the lowest number of a set is its own parent */
    size_t capacity;
};

/* Start with the sets {0}, {1} ... {n - 1}. *set is zeroed at first and may be reused. */
wn_status wn_disjoint_set_start(struct disjoint_set *set, size_t n);
void wn_disjoint_set_free(struct disjoint_set *set);

/* The lowest number of the set that contains `number`; equal for all its members. */
uint32_t wn_disjoint_set_lowest(struct disjoint_set *set, uint32_t number);

/* Unite the sets of two numbers. */
void wn_disjoint_set_join(struct disjoint_set *set, uint32_t one, uint32_t other);

#endif
