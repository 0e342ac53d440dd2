/* Frames that were separated elsewhere. */
#ifndef WN_GIVEN_H
#define WN_GIVEN_H

#include "frame/pixels.h"
#include "pick/separation.h"

/* The separation that a given frame is. `expected` gets the background of each pixel, in counts. */
wn_status separation_of_given(const wn_map *map, const wn_params *params,
                              const struct pixels *pixels, const wn_given_frame *given,
                              double *expected, struct separation **separation);

#endif
