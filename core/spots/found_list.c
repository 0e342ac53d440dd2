/* Arrays that grow by doubling. A failed addition sets `failed`, which is checked once at the end.
 */
#include "spots/found_list.h"

#include <stdlib.h>

#include "common/dynarray.h"

void wn_found_list_add(struct found_list *list, const wn_found_pixel *pixel)
{
    wn_found_pixel *all = dynarray_reserve(list->pixel, &list->capacity, list->n + 1, sizeof *all);
    list->failed |= !all;
    if (!all)
        return;
    list->pixel = all;
    all[list->n++] = *pixel;
}

void wn_found_list_add_peak(struct found_list *list, const wn_found_peak *peak)
{
    wn_found_peak *all =
        dynarray_reserve(list->peak, &list->peak_capacity, list->peaks + 1, sizeof *all);
    list->failed |= !all;
    if (!all)
        return;
    list->peak = all;
    all[list->peaks++] = *peak;
}

void wn_found_list_free(struct found_list *list)
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
