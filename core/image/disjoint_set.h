/* Sets of numbers that are joined: connected components. */
#ifndef WN_IMAGE_DISJOINT_SET_H
#define WN_IMAGE_DISJOINT_SET_H

#include "winnow.h"

struct disjoint_set {
    uint32_t *parent; /* of each number; that of the lowest of its set is itself */
    size_t capacity;
};

/* The numbers from 0 to n - 1, each by itself. Begin with {0}. */
wn_status wn_disjoint_set_start(struct disjoint_set *components, size_t n);
void wn_disjoint_set_free(struct disjoint_set *components);

/* The lowest number of the set that has this one. */
uint32_t wn_disjoint_set_lowest(struct disjoint_set *components, uint32_t number);

void wn_disjoint_set_join(struct disjoint_set *components, uint32_t one, uint32_t other);

#endif
