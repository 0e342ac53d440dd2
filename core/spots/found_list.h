/* Growing list of the pixels and peaks that a method finds on a frame. */
#ifndef WN_SPOTS_FOUND_LIST_H
#define WN_SPOTS_FOUND_LIST_H

#include "winnow.h"

struct found_list {
    size_t n, capacity;
    wn_found_pixel *pixel;
    size_t peaks, peak_capacity;
    wn_found_peak *peak;
    bool failed; /* an addition ran out of memory */
};

void wn_found_list_add(struct found_list *list, const wn_found_pixel *pixel);

/* Add the position of the next spot, for methods that measure it better than by a centroid: for all
 * spots or for none. */
void wn_found_list_add_peak(struct found_list *list, const wn_found_peak *peak);

void wn_found_list_free(struct found_list *list);

#endif
