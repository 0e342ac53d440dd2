#include "index_list.h"

#include <stdlib.h>

void index_list_add(struct index_list *list, uint32_t index)
{
    if (list->n == list->capacity && !list->failed) {
        const size_t capacity = list->capacity > 0 ? 2 * list->capacity : 1024;
        uint32_t *more = realloc(list->index, capacity * sizeof *more);
        list->failed = !more;
        if (more) {
            list->index = more;
            list->capacity = capacity;
        }
    }
    if (!list->failed)
        list->index[list->n++] = index;
}

void index_list_free(struct index_list *list)
{
    free(list->index);
    *list = (struct index_list){0};
}
