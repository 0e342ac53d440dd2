/* Frames that another program has separated into background and signal. */
#ifndef WN_PICK_EXTERNAL_SEPARATION_H
#define WN_PICK_EXTERNAL_SEPARATION_H

#include "frame/pixels.h"
#include "pick/separation.h"

/* The separation of an external frame. expected: [pixels] gets the expected background of each
 * pixel, in counts. */
wn_status wn_separation_of_external(const wn_map *map, const wn_params *params,
                                    const struct pixels *pixels, const wn_external_frame *external,
                                    double *expected, struct separation **separation);

#endif
