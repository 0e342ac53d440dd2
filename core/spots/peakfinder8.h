/* The peak finder of CrystFEL and Cheetah: a peak is a connected group of pixels above a limit that
 * is set by the mean and spread of their radius (Barty et al., J. Appl. Cryst. 47 (2014) 1118), as
 * in CrystFEL 0.12. */
#ifndef WN_SPOTS_PEAKFINDER8_H
#define WN_SPOTS_PEAKFINDER8_H

#include "spots/finder.h"
#include "spots/found_list.h"

/*
 * Find peaks by WN_SPOTS_PEAKFINDER8. All pixels of a peak are strong; their expected value is the
 * mean of the local background, so that the sum of value - expected is CrystFEL's intensity and the
 * centroid weighted by value is CrystFEL's position (there + 0.5). The variance of a pixel is that
 * of the local background plus the counts above it, which gives the uncertainty of the intensity;
 * CrystFEL uses the spread of a single pixel. *background: mean over the pixels of the background
 * of their radius.
 *
 * Errors: WN_ERR_MEMORY; WN_ERR_SHAPE: the radii span more than 65536 pixels.
 */
wn_status wn_find_peakfinder8(const struct wn_finder *finder, const struct pixels *pixels,
                              struct found_list *list, double *background);

#endif
