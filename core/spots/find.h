/* Finding spots on a frame by any method. */
#ifndef WN_SPOTS_FIND_H
#define WN_SPOTS_FIND_H

#include "spots/finder.h"
#include "spots/ring_background.h"

/* What wn_find() does, with the pixels of a frame; ring: without blank areas, on this background.
 */
wn_status wn_find_on_pixels(const struct wn_finder *finder, const struct pixels *pixels,
                            const struct ring_background *background, wn_found **found);

#endif
