/* A finder of spots on one frame: what all methods share. */
#ifndef WN_SPOTS_FINDER_H
#define WN_SPOTS_FINDER_H

#include "frame/pixels.h"
#include "geometry/map.h"

struct wn_finder {
    wn_spot_params params;
    const wn_map *map;
    wn_params map_params;
    double saturation;
};

#endif
