/* Peaks above the background of rings or tiles, found by a matched filter. */
#ifndef WN_SPOTS_RING_PEAKS_H
#define WN_SPOTS_RING_PEAKS_H

#include "spots/finder.h"
#include "spots/found_list.h"
#include "spots/ring_background.h"
#include "spots/ring_field.h"

/*
 * Find peaks by WN_SPOTS_RING. A peak is the pixel of its patch where the matched filter (a
 * Gaussian cut off at the patch) is highest; it must be significant over the local background, also
 * over that on one side, and at least `connected` pixels of the patch that share edges or corners
 * must be above the cut-off. A peak owns the pixels of its patch that are nearer to it than to
 * other peaks, and beyond these the connected pixels above 3 sigma. Its position is the maximum of
 * the filtered residual.
 *
 * Peaks are numbered in the order of their pixels.
 */
wn_status wn_find_ring_peaks(const struct wn_finder *finder, const struct pixels *pixels,
                             const struct ring_background *background, struct found_list *list);

#endif
