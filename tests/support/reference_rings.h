/* Ring peaks, slowly and plainly: what the library must find. */
#ifndef WN_UNIT_PLAIN_RINGS_H
#define WN_UNIT_PLAIN_RINGS_H

#include "spots/ring_background.h"
#include "spots/ring_peaks.h"

/* What ring_peaks_on() has to find, pixel by pixel. */
struct plain_rings {
    size_t pixels, peaks;
    uint32_t *owner; /* [pixels] number of the peak plus 1; 0: none */
    uint32_t *index; /* [peaks] the pixels they are at, ascending */
    double *offset;  /* [peaks] added to what is expected about them */
    wn_found_peak *peak;
    wn_found_pixel *found; /* [pixels] of those that have an owner */
};

/* `background` and all else as in ring_peaks_on(). */
struct plain_rings plain_rings_find(const struct wn_finder *finder, const struct pixels *pixels,
                                    const struct ring_background *background);
void plain_rings_free(struct plain_rings *rings);

#endif
