/* DIALS's default: pixels of signal are first told by the dispersion alone; those well inside it
 * are strong if they stand out of the mean of the others about them. */
#ifndef WN_SPOTS_DISPERSION_EXTENDED_H
#define WN_SPOTS_DISPERSION_EXTENDED_H

#include "spots/finder.h"
#include "spots/found_list.h"

wn_status wn_find_dispersion_extended(const wn_spot_params *params, const struct pixels *pixels,
                                      struct found_list *list);

#endif
