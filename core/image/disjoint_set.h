/* Sets of numbers that are joined: connected components. */
#ifndef WN_COMPONENTS_H
#define WN_COMPONENTS_H

#include "winnow.h"

struct components {
    uint32_t *parent; /* of each number; that of the lowest of its set is itself */
    size_t capacity;
};

/* The numbers from 0 to n - 1, each by itself. Begin with {0}. */
wn_status components_start(struct components *components, size_t n);
void components_free(struct components *components);

/* The lowest number of the set that has this one. */
uint32_t components_lowest(struct components *components, uint32_t number);

void components_join(struct components *components, uint32_t one, uint32_t other);

#endif
