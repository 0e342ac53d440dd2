/*
 * geometry/resolution.h - where on a flat detector, which may be tilted, which resolution is.
 *
 * Places are in pixels of the frame, whose centres are at integers; resolutions are Bragg's d,
 * angstrom.
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

/* Prepares the rings. Returns NULL, or what is not known: a part of a sentence that names the
 * option that gives it. The rotations are 0 where they are not known. */
const char *resolution_prepare(const struct placement *placement, double wavelength,
                               struct resolution *rings);

/* The resolution at a place; infinite at the beam centre. */
double resolution_at(const struct resolution *rings, double x, double y);

/* The place where a ring is at an azimuth about the beam, radian. False: it does not meet the plane
 * there, or there is no such ring. */
bool resolution_position(const struct resolution *rings, double d, double azimuth, double *x,
                         double *y);

/* Round resolutions that lie evenly over a rectangle of the frame; returns how many. */
size_t resolution_rings_choose(const struct resolution *rings, double x, double y, double width,
                               double height, double d[RESOLUTION_RINGS_MAX]);

#endif
