/* DIALS's spot finding by dispersion: a pixel is strong if the variance / mean of the window around
 * it exceeds what a background gives by chance, and if the pixel stands out from the mean of the
 * window. */
#ifndef WN_SPOTS_DISPERSION_H
#define WN_SPOTS_DISPERSION_H

#include "spots/finder.h"
#include "spots/found_list.h"

/* Find strong pixels by WN_SPOTS_DISPERSION or WN_SPOTS_DISPERSION_EXTENDED; their expected value
 * is the mean of their window. Errors: WN_ERR_MEMORY. */
wn_status wn_find_dispersion(const struct wn_finder *finder, const struct pixels *pixels,
                             struct found_list *list);

#endif
