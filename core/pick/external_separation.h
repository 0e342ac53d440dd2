/* Frames that were separated elsewhere. */
#ifndef WN_PICK_EXTERNAL_SEPARATION_H
#define WN_PICK_EXTERNAL_SEPARATION_H

#include "frame/pixels.h"
#include "pick/separation.h"

/* The separation that a given frame is. `expected` gets the background of each pixel, in counts. */
wn_status wn_separation_of_external(const wn_map *map, const wn_params *params,
                                    const struct pixels *pixels, const wn_external_frame *given,
                                    double *expected, struct separation **separation);

#endif
