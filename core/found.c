#include <stdlib.h>

#include "finder.h"

void found_add(struct found_list *list, const wn_found_pixel *pixel)
{
    if (list->n == list->capacity && !list->failed) {
        const size_t capacity = list->capacity > 0 ? 2 * list->capacity : 1024;
        wn_found_pixel *more = realloc(list->pixel, capacity * sizeof *more);
        list->failed = !more;
        if (more) {
            list->pixel = more;
            list->capacity = capacity;
        }
    }
    if (!list->failed)
        list->pixel[list->n++] = *pixel;
}

void found_list_free(struct found_list *list)
{
    free(list->pixel);
    *list = (struct found_list){0};
}

void wn_found_free(wn_found *found)
{
    if (found)
        free(found->pixel);
    free(found);
}
