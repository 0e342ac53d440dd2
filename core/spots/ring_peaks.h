/* Peaks above the background of rings or tiles: places where a matched filter stands out, with
 * their surroundings. */
#ifndef WN_SPOTS_RING_PEAKS_H
#define WN_SPOTS_RING_PEAKS_H

#include "spots/finder.h"
#include "spots/found_list.h"
#include "spots/ring_background.h"
#include "spots/ring_field.h"

/*
 * Find peaks by WN_SPOTS_RING: pixels that are the most significant of their patch by a matched
 * filter (a Gaussian cut off at the patch; what counts more about them, or about them on one side,
 * is background), where at least `connected` pixels of the patch that share edges or corners are
 * above the cut-off. To a peak belong the pixels of its patch that are nearer to it than to other
 * peaks, and beyond these the pixels above 3 sigma that hang together with it. Its position is the
 * maximum of the filtered residual.
 *
 * Peaks are numbered in the order of their pixels.
 */
wn_status wn_find_ring_peaks(const struct wn_finder *finder, const struct pixels *pixels,
                             const struct ring_background *background, struct found_list *list);

#endif
