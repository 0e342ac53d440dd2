/* DIALS's default method: mark signal by the dispersion test alone, erode it, and test the pixels
 * left against the mean of the background around them. */
#ifndef WN_SPOTS_DISPERSION_EXTENDED_H
#define WN_SPOTS_DISPERSION_EXTENDED_H

#include "spots/finder.h"
#include "spots/found_list.h"

wn_status wn_find_dispersion_extended(const wn_spot_params *params, const struct pixels *pixels,
                                      struct found_list *list);

#endif
