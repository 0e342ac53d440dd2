/* What a method finds on a frame, pixel by pixel. */
#ifndef WN_SPOTS_FOUND_LIST_H
#define WN_SPOTS_FOUND_LIST_H

#include "winnow.h"

/* Pixels found so far. */
struct found_list {
    size_t n, capacity;
    wn_found_pixel *pixel;
    size_t peaks, peak_capacity;
    wn_found_peak *peak;
    bool failed; /* there was no memory for one of them */
};

void wn_found_list_add(struct found_list *list, const wn_found_pixel *pixel);

/* Where the next spot is, for methods that know it better than by its centroid: for all spots, or
 * for none. */
void wn_found_list_add_peak(struct found_list *list, const wn_found_peak *peak);

void wn_found_list_free(struct found_list *list);

#endif
