/* The background about a peak. */
#ifndef WN_SPOTS_RING_LOCAL_BACKGROUND_H
#define WN_SPOTS_RING_LOCAL_BACKGROUND_H

#include "spots/ring_field.h"

/* How much more is counted about a pixel than the background of rings or tiles has it, by the
 * clipped mean of a square of 13 x 13 pixels without the 7 x 7 in its middle; 0 if that is less
 * than 3 sigma and may be chance. */
double wn_local_background_offset(const struct ring_field *field, size_t index);

/* The highest of the same in the four quarters of the square, each with the row and the column of
 * the pixel; 0 if that is less than 5 sigma. At the edge of an area that is brighter than the rings
 * have it, one of the quarters is in the area. */
double wn_local_background_highest_offset(const struct ring_field *field, size_t index);

#endif
