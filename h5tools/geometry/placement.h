/*
 * Position of the detector, and the source of each of its quantities.
 *
 * Conventions are those of PONI files: index 1 is y (rows, slow), 2 is x (columns, fast).
 */
#ifndef H5WINNOW_GEOMETRY_PLACEMENT_H
#define H5WINNOW_GEOMETRY_PLACEMENT_H

#include "base/outcome.h"
#include "winnow.h"

struct placed_quantity {
    double value;
    const char *from; /* the option or file that gives it; NULL: unknown */
};

enum placement_quantity {
    CENTRE_X, /* beam centre, column, pixel; pixel centres at integers */
    CENTRE_Y, /* beam centre, row, pixel */
    DISTANCE, /* sample to detector plane along its normal, mm */
    PIXEL_X,  /* width of a pixel, micrometre */
    PIXEL_Y,  /* height of a pixel, micrometre */
    ROT1,     /* radian */
    ROT2,     /* radian */
    ROT3,     /* radian */
    PONI_Y,   /* point of normal incidence, from the detector's corner, mm */
    PONI_X,
    PLACEMENT_QUANTITIES,
};

struct placement {
    struct placed_quantity at[PLACEMENT_QUANTITIES];
};

void placement_set(struct placement *placement, enum placement_quantity quantity, double value,
                   const char *from);

/* Fills in unknown quantities from another placement. */
void placement_complete(struct placement *placement, const struct placement *other);

/* Computes the beam centre from the point of normal incidence, if only that is known. */
enum outcome placement_find_centre(struct placement *placement);

/* Sets the parameters of the filter from the placement, rounded to their units. */
enum outcome placement_to_params(const struct placement *placement, wn_params *params);

#endif
