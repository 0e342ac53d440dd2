/* Local background around a peak, relative to that of rings or tiles. */
#ifndef WN_SPOTS_RING_LOCAL_BACKGROUND_H
#define WN_SPOTS_RING_LOCAL_BACKGROUND_H

#include "spots/ring_field.h"

/* Excess around a pixel over the background of rings or tiles, by the clipped mean of a square of
 * 13 x 13 pixels without the 7 x 7 in its middle; 0 below 3 sigma, where it may be chance. */
double wn_local_background_offset(const struct ring_field *field, size_t index);

/* The highest such excess of the four quarters of the square, each including the row and the column
 * of the pixel; 0 below 5 sigma. At the edge of an area brighter than its rings, one quarter lies
 * in the area. */
double wn_local_background_highest_offset(const struct ring_field *field, size_t index);

#endif
