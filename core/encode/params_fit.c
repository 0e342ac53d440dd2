/* Whether frames of an array can be encoded with some parameters; constant time. */
#include "geometry/map.h"
#include "geometry/model.h"
#include "params/params.h"

/* A chunk that fits_float32 part of a frame has no beam centre of its own. Only the declared frame,
 * or a centre outside the chunk, can tell. */
static wn_status check_frame(const wn_params *p, const wn_array *array, char *why, size_t why_size)
{
    if ((p->width != 0 && p->width != array->width) ||
        (p->height != 0 && p->height != array->height))
        return wn_refuse(why, why_size,
                         "a chunk of %lu x %lu pixels cuts a frame of %lu x %lu: the radial model "
                         "needs chunks of whole frames",
                         (unsigned long)array->width, (unsigned long)array->height,
                         (unsigned long)p->width, (unsigned long)p->height);
    const double x = p->centre_x / 1000.0, y = p->centre_y / 1000.0;
    const bool inside = x > -0.5 && x < array->width - 0.5 && y > -0.5 && y < array->height - 0.5;
    if (!inside && p->width == 0 && p->height == 0)
        return wn_refuse(why, why_size,
                         "the beam centre (%.3f, %.3f) is outside the chunk of %lu x %lu pixels: "
                         "choose chunks of whole frames or, if the beam misses the detector, give "
                         "the frame's width and height",
                         x, y, (unsigned long)array->width, (unsigned long)array->height);
    return WN_OK;
}

wn_status wn_params_fit(const wn_params *params, const wn_array *array, char *why, size_t why_size)
{
    wn_status status = wn_params_check(params, why, why_size);
    if (status != WN_OK)
        return status;
    if (wn_array_bytes(array) == 0)
        return wn_refuse(why, why_size,
                         "a chunk of %lu frames of %lu x %lu %s pixels is empty, or larger than "
                         "2 GiB or 16 million frames",
                         (unsigned long)array->frames, (unsigned long)array->width,
                         (unsigned long)array->height, wn_type_name(array->type));
    if (!wn_params_suit_type(params, array->type))
        return wn_refuse(
            why, why_size,
            "clusters and blocks are for counts: pixels of type %s cannot be summed up "
            "exactly; keep outliers, or all",
            wn_type_name(array->type));
    const struct model model = wn_model_of_params(params);
    if (!wn_map_can_number_cells(&model, array->height, array->width))
        return model.kind == WN_MODEL_RADIAL
                   ? wn_refuse(why, why_size, "%ld rings are too many with normalisation",
                               (long)params->bins)
                   : wn_refuse(why, why_size,
                               "tiles of %ld pixels are too small for a frame of %lu x %lu",
                               (long)params->bins, (unsigned long)array->width,
                               (unsigned long)array->height);
    if (model.kind == WN_MODEL_RADIAL)
        return check_frame(params, array, why, why_size);
    return WN_OK;
}
