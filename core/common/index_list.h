/* A growable list of pixel indices. */
#ifndef WN_COMMON_INDEX_LIST_H
#define WN_COMMON_INDEX_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct index_list {
    size_t n, capacity;
    uint32_t *index;
    bool failed; /* out of memory: at least one index is missing */
};

void wn_index_list_add(struct index_list *list, uint32_t index);
void wn_index_list_free(struct index_list *list);

#endif
