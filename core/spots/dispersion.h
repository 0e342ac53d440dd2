/* DIALS's spot finding: a pixel is strong if the index of dispersion of a window around it says
 * that there is signal, and the pixel stands out of the mean of the window. */
#ifndef WN_SPOTS_DISPERSION_H
#define WN_SPOTS_DISPERSION_H

#include "spots/finder.h"
#include "spots/found_list.h"

/* Find strong pixels by WN_SPOTS_DISPERSION or WN_SPOTS_DISPERSION_EXTENDED; what is expected of
 * them is the local mean. */
wn_status wn_find_dispersion(const struct wn_finder *finder, const struct pixels *pixels,
                             struct found_list *list);

#endif
