/* The peak finder of pyFAI (Kieffer et al., J. Appl. Cryst. 58 (2025) 138), defects included. */
#ifndef WN_SPOTS_PYFAI_PEAKS_H
#define WN_SPOTS_PYFAI_PEAKS_H

#include "spots/finder.h"
#include "spots/found_list.h"

/* Find peaks by WN_SPOTS_PYFAI. The pixels of a peak are those of its patch with a positive
 * residual; their values are normalised. *background: mean of the background over the unflagged
 * pixels. */
wn_status wn_find_pyfai_peaks(const struct wn_finder *finder, const struct pixels *pixels,
                              struct found_list *list, double *background);

#endif
