#include <stdlib.h>

#include "finder.h"

/* Makes room for one more element. False: there is none. */
static bool has_room(void **array, size_t size, size_t n, size_t *capacity)
{
    if (n < *capacity)
        return true;
    const size_t wanted = *capacity > 0 ? 2 * *capacity : 1024;
    void *more = realloc(*array, wanted * size);
    if (!more)
        return false;
    *array = more;
    *capacity = wanted;
    return true;
}

void found_add(struct found_list *list, const wn_found_pixel *pixel)
{
    void *array = list->pixel;
    list->failed |= !has_room(&array, sizeof *pixel, list->n, &list->capacity);
    list->pixel = array;
    if (!list->failed)
        list->pixel[list->n++] = *pixel;
}

void found_add_peak(struct found_list *list, const wn_found_peak *peak)
{
    void *array = list->peak;
    list->failed |= !has_room(&array, sizeof *peak, list->peaks, &list->peak_capacity);
    list->peak = array;
    if (!list->failed)
        list->peak[list->peaks++] = *peak;
}

void found_list_free(struct found_list *list)
{
    free(list->pixel);
    free(list->peak);
    *list = (struct found_list){0};
}

void wn_found_free(wn_found *found)
{
    if (!found)
        return;
    free(found->pixel);
    free(found->peak);
    free(found);
}
