/* The background model of a chunk: all that a decoder needs to compute the ring or tile of each
 * pixel. It is stored in the chunk, so that the chunk is self-contained (promise P5). */
#ifndef WN_GEOMETRY_MODEL_H
#define WN_GEOMETRY_MODEL_H

#include "winnow.h"

struct model {
    wn_model kind; /* radial or tiles */
    bool solid_angle, polarised;
    uint32_t bins; /* radial: number of rings; tiles: edge of a tile in pixels */
    int32_t centre_x, centre_y, distance, aspect, rot1, rot2, polarisation; /* as in wn_params */
    double radius_min, radius_max; /* radial: span of the rings, pixel widths */
};

/* Stored size. */
#define MODEL_BYTES 56

void wn_model_store(const struct model *model, uint8_t bytes[MODEL_BYTES]);

/* WN_ERR_CORRUPT: a value is out of the range that wn_params_check() allows, or not 0 <= radius_min
 * < radius_max. */
wn_status wn_model_load(const uint8_t bytes[MODEL_BYTES], struct model *model);

/* The model of the parameters, without what depends on the frame: the radii are 0, and so are the
 * bins if they have their default. */
struct model wn_model_of_params(const wn_params *params);

#endif
