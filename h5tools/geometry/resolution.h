/*
 * Resolution at a point of a flat detector, which may be tilted, and the inverse.
 *
 * Points are in pixels, with pixel centres at integers; resolutions are Bragg's d, angstrom.
 */
#ifndef H5WINNOW_GEOMETRY_RESOLUTION_H
#define H5WINNOW_GEOMETRY_RESOLUTION_H

#include <stdbool.h>
#include <stddef.h>

#include "geometry/placement.h"
#include "geometry/vector3.h"

#define RESOLUTION_RINGS_MAX 32

struct resolution {
    double wavelength;           /* angstrom */
    double centre_x, centre_y;   /* pixel */
    double distance_x;           /* of the plane along its normal, pixel widths */
    double distance_y;           /* and pixel heights */
    struct vector3 beam;         /* along rows, columns and the normal of the plane */
    struct vector3 right, lower; /* at right angles to the beam and to each other */
};

/* Returns NULL, or which quantity is unknown, as part of a sentence that names the option to give
 * it. Unknown rotations count as 0. */
const char *resolution_prepare(const struct placement *placement, double wavelength,
                               struct resolution *rings);

/* The resolution at a point; infinite at the beam centre. */
double resolution_at(const struct resolution *rings, double x, double y);

/* The point of the ring of resolution d at an azimuth about the beam, radian. False: the ray does
 * not cross the plane, or there is no such ring. */
bool resolution_position(const struct resolution *rings, double d, double azimuth, double *x,
                         double *y);

/* Chooses rounded resolutions, evenly spaced over a rectangle of the frame; returns how many. */
size_t resolution_rings_choose(const struct resolution *rings, double x, double y, double width,
                               double height, double d[RESOLUTION_RINGS_MAX]);

#endif
