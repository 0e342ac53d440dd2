/* Finds spots on the pixels of a frame by any method. */
#ifndef WN_SPOTS_FIND_H
#define WN_SPOTS_FIND_H

#include "spots/finder.h"
#include "spots/ring_background.h"

/* As wn_find(), for pixels. WN_SPOTS_RING: blank areas must be masked, and `background` given;
 * other methods ignore it. */
wn_status wn_find_on_pixels(const struct wn_finder *finder, const struct pixels *pixels,
                            const struct ring_background *background, wn_found **found);

#endif
