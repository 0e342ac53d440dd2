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

struct found_list;
struct ring_background;

/* What wn_find() does, with the pixels of a frame; ring: without blank areas, on this background.
 */
wn_status find_on_pixels(const struct wn_finder *finder, const struct pixels *pixels,
                         const struct ring_background *background, wn_found **found);

/* Pixels found so far. */
struct found_list {
    size_t n, capacity;
    wn_found_pixel *pixel;
    size_t peaks, peak_capacity;
    wn_found_peak *peak;
    bool failed; /* there was no memory for one of them */
};

void found_add(struct found_list *list, const wn_found_pixel *pixel);

/* Where the next spot is, for methods that know it better than by its centroid: for all spots, or
 * for none. */
void found_add_peak(struct found_list *list, const wn_found_peak *peak);

void found_list_free(struct found_list *list);

#endif
