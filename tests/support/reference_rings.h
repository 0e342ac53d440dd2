/* Plain version of the finder of ring peaks: what the library must find. */
#ifndef TEST_SUPPORT_REFERENCE_RINGS_H
#define TEST_SUPPORT_REFERENCE_RINGS_H

#include "spots/ring_background.h"
#include "spots/ring_peaks.h"

/* What wn_find_ring_peaks() has to find, pixel by pixel. */
struct plain_ring_peaks {
    size_t pixels, peaks;
    uint32_t *owner; /* [pixels] number of the peak plus 1; 0: none */
    uint32_t *index; /* [peaks] the pixels they are at, ascending */
    double *offset;  /* [peaks] added to what is expected about them */
    wn_found_peak *peak;
    wn_found_pixel *found; /* [pixels] of those that have an owner */
};

/* `background` and all else as in wn_find_ring_peaks(). */
struct plain_ring_peaks plain_rings_find(const struct wn_finder *finder,
                                         const struct pixels *pixels,
                                         const struct ring_background *background);
void plain_rings_free(struct plain_ring_peaks *rings);

#endif
