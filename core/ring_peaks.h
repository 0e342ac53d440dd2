/* Peaks above the background of rings or tiles. */
#ifndef WN_RING_PEAKS_H
#define WN_RING_PEAKS_H

#include "finder.h"

/* Find peaks by WN_SPOTS_RING. `background` gets the mean of the background over the pixels. */
wn_status ring_peaks(const struct wn_finder *finder, const struct pixels *pixels,
                     struct found_list *list, double *background);

#endif
