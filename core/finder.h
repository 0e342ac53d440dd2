/* Finding spots on one frame: what the methods share. */
#ifndef WN_FINDER_H
#define WN_FINDER_H

#include "map.h"
#include "pixels.h"

struct wn_finder {
    wn_spot_params params;
    const wn_map *map;
    wn_params map_params;
    double saturation;
};

/* Pixels found so far. */
struct found_list {
    size_t n, capacity;
    wn_found_pixel *pixel;
    bool failed; /* there was no memory for one of them */
};

void found_add(struct found_list *list, const wn_found_pixel *pixel);
void found_list_free(struct found_list *list);

#endif
