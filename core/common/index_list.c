/* A growable list of pixel indices; see common/dynarray.h. */
#include "common/index_list.h"

#include "common/dynarray.h"

void wn_index_list_add(struct index_list *list, uint32_t index)
{
    uint32_t *all = dynarray_reserve(list->index, &list->capacity, list->n + 1, sizeof *all);
    list->failed |= !all;
    if (!all)
        return;
    list->index = all;
    all[list->n++] = index;
}

void wn_index_list_free(struct index_list *list)
{
    free(list->index);
    *list = (struct index_list){0};
}
