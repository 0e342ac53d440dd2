/* The peak finder of CrystFEL and Cheetah: a peak is a group of pixels above the mean and spread of
 * their radius (Barty et al., J. Appl. Cryst. 47 (2014) 1118). */
#ifndef WN_PEAKFINDER8_H
#define WN_PEAKFINDER8_H

#include "finder.h"

/* Find peaks by WN_SPOTS_PEAKFINDER8; what is expected of their pixels is the mean of the local
 * background. `background` gets the mean over the pixels of that of their radius. */
wn_status peakfinder8(const struct wn_finder *finder, const struct pixels *pixels,
                      struct found_list *list, double *background);

#endif
