/*
 * A flat detector in space, and the beam centre, distance and tilt that follow from it.
 */
#ifndef H5WINNOW_GEOMETRY_DETECTOR_PLANE_H
#define H5WINNOW_GEOMETRY_DETECTOR_PLANE_H

#include <stdbool.h>
#include <stdint.h>

#include "geometry/vector3.h"

/* Smallest tilt that counts as one, radian (0.01 degree). */
#define PLANE_TILT_MIN 1.75e-4

/* A flat detector in the coordinates of NeXus: metres, the origin in the sample, z along the beam.
 * The pixel (x, y) has its centre at corner + (x + 0.5) width fast + (y + 0.5) height slow. */
struct detector_plane {
    struct vector3 fast, slow; /* unit vectors along the rows and the columns */
    struct vector3 corner;     /* the outer corner of the first pixel */
    double width, height;      /* of a pixel */
};

/* The same in terms of the parameters of the filter. */
struct detector_position {
    double centre_x,
        centre_y;      /* where the beam meets the plane, pixel; pixel centres at integers */
    double distance;   /* of the plane from the sample, metre */
    double rot1, rot2; /* as in a PONI file, about the slow and the fast axis, radian */
};

/* Why these vectors do not describe a flat detector, as part of a sentence; NULL: they do. */
const char *detector_plane_why_none(const struct detector_plane *plane);

/* The angle between the normal of the plane and the beam, radian, 0 to pi / 2. */
double detector_plane_tilt(const struct detector_plane *plane);

/* False: the beam does not cross the plane behind the sample, or at a grazing angle that rot1 and
 * rot2 cannot express. */
bool detector_plane_position(const struct detector_plane *plane,
                             struct detector_position *position);

/* The point at column x and row y, counted from the outer corner of the first pixel; it need not be
 * inside the frame. */
struct vector3 detector_plane_at(const struct detector_plane *plane, double x, double y);

#endif
