/* Detector geometry: the radius of a pixel, and its norm (solid angle and polarisation). */
#ifndef WN_GEOMETRY_GEOMETRY_H
#define WN_GEOMETRY_GEOMETRY_H

#include "geometry/model.h"

/* All lengths are in pixel widths. The origin of the detector plane is the foot of the
 * perpendicular from the sample (the PONI). */
struct geometry {
    double poni_x, poni_y; /* PONI, in pixels */
    double aspect;         /* pixel height */
    double distance;       /* sample to detector plane, along the normal */
    bool tilted;
    double sin1, cos1, sin2, cos2; /* of rot1 and rot2 */
    bool solid_angle, polarised;
    double polarisation; /* factor, -1 to 1 */
};

struct geometry wn_geometry_of_model(const struct model *model);

/* Radius of the centre of pixel (x, y): its distance from the beam centre in the detector plane, or
 * 2 L sin(theta) on a tilted detector. */
double wn_geometry_radius(const struct geometry *g, double x, double y);

/* The norm of pixel (x, y), by which its counts are divided: solid angle, relative to a pixel at
 * the PONI, times polarisation, or whichever of the two is switched on. */
double wn_geometry_norm(const struct geometry *g, double x, double y);

#endif
