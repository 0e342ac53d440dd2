/*
 * The beam centre follows from the point of normal incidence by x = PONI2 - L tan rot1, y = PONI1 +
 * L tan rot2 / cos rot1 (pyFAI's convention: Kieffer & Karkoulis, J. Phys. Conf. Ser. 425 (2013)
 * 202012).
 */
#include "geometry/placement.h"

#include <math.h>

#include "base/message.h"
#include "base/parse_numbers.h"

#define UM_PER_MM 1000.0

static bool known(const struct placement *p, enum placement_quantity quantity)
{
    return p->at[quantity].from;
}

static double value_of(const struct placement *p, enum placement_quantity quantity)
{
    return p->at[quantity].value;
}

/* A length in the detector plane, in pixels. */
static double in_pixels(double mm, double pixel_um)
{
    return mm * UM_PER_MM / pixel_um;
}

/* Sets a parameter, rounded to its unit, if the quantity is known. */
static enum outcome store(const struct placement *p, enum placement_quantity quantity, double value,
                          const char *name, wn_params *params)
{
    const wn_param *param = wn_param_find(name, params);
    int32_t stored;
    if (!known(p, quantity))
        return DONE;
    if (parse_scaled(value, param->scale, &stored)) {
        wn_param_set(param, params, stored);
        return DONE;
    }
    complain("%s: a value is too large for the filter's parameters: check its unit",
             p->at[quantity].from);
    return WRONG_USAGE;
}

void placement_set(struct placement *placement, enum placement_quantity quantity, double value,
                   const char *from)
{
    placement->at[quantity] = (struct placed_quantity){value, from};
}

void placement_complete(struct placement *placement, const struct placement *other)
{
    for (int i = 0; i < PLACEMENT_QUANTITIES; i++)
        if (!known(placement, (enum placement_quantity)i))
            placement->at[i] = other->at[i];
}

enum outcome placement_find_centre(struct placement *placement)
{
    if (known(placement, CENTRE_X) || !known(placement, PONI_X))
        return DONE;
    const char *from = placement->at[PONI_X].from;
    if (!known(placement, PIXEL_X)) {
        complain("%s: the size of its pixels is not in the file: give --pixel-size", from);
        return WRONG_USAGE;
    }
    const double rot1 = value_of(placement, ROT1), rot2 = value_of(placement, ROT2);
    const double distance = value_of(placement, DISTANCE);
    const double x = value_of(placement, PONI_X) - distance * tan(rot1);
    const double y = value_of(placement, PONI_Y) + distance * tan(rot2) / cos(rot1);
    placement_set(placement, CENTRE_X, in_pixels(x, value_of(placement, PIXEL_X)) - 0.5, from);
    placement_set(placement, CENTRE_Y, in_pixels(y, value_of(placement, PIXEL_Y)) - 0.5, from);
    return DONE;
}

enum outcome placement_to_params(const struct placement *placement, wn_params *params)
{
    const struct placement *p = placement;
    const double width = value_of(p, PIXEL_X), height = value_of(p, PIXEL_Y);
    if (known(p, DISTANCE) && !known(p, PIXEL_X)) {
        complain("%s: a distance needs the size of the pixels: give --pixel-size",
                 p->at[DISTANCE].from);
        return WRONG_USAGE;
    }
    const struct {
        enum placement_quantity quantity;
        double value;
        const char *name;
    } fields[] = {
        {CENTRE_X, value_of(p, CENTRE_X), "centre_x"},
        {CENTRE_Y, value_of(p, CENTRE_Y), "centre_y"},
        {DISTANCE, in_pixels(value_of(p, DISTANCE), width), "distance"},
        {PIXEL_X, height == width ? 0 : height / width, "aspect"},
        {ROT1, value_of(p, ROT1), "rot1"},
        {ROT2, value_of(p, ROT2), "rot2"},
    };
    enum outcome outcome = DONE;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0] && outcome == DONE; i++)
        outcome = store(p, fields[i].quantity, fields[i].value, fields[i].name, params);
    if (params->aspect == (int32_t)wn_param_find("aspect", params)->scale)
        params->aspect = 0;
    return outcome;
}
