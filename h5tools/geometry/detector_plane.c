/*
 * Plane geometry: the beam, in the basis of the detector's rows, columns and normal, gives rot1 and
 * rot2 in pyFAI's convention (Kieffer & Karkoulis, J. Phys. Conf. Ser. 425 (2013) 202012); where it
 * crosses the plane is the beam centre.
 */
#include "geometry/detector_plane.h"

#include <math.h>
#include <stddef.h>

#define ORTHOGONAL_TOLERANCE 1e-3  /* cosine of the angle between the rows and the columns */
#define PIXEL_MIN            1e-8  /* metre */
#define PIXEL_MAX            1e-1  /* metre */
#define TILT_COSINE_MIN      0.071 /* of the tilt: rot1 and rot2 go up to 1.5 */

static const struct vector3 BEAM = {0, 0, 1};

const char *detector_plane_why_none(const struct detector_plane *plane)
{
    if (!(fabs(vector3_dot(plane->fast, plane->slow)) <= ORTHOGONAL_TOLERANCE))
        return "its rows and columns are not at right angles";
    if (!(fmin(plane->width, plane->height) >= PIXEL_MIN) ||
        !(fmax(plane->width, plane->height) <= PIXEL_MAX))
        return "the size of its pixels cannot be right";
    const struct vector3 normal = vector3_cross(plane->fast, plane->slow);
    if (!(fabs(vector3_dot(plane->corner, normal)) > 0))
        return "its distance is 0";
    return NULL;
}

double detector_plane_tilt(const struct detector_plane *plane)
{
    const struct vector3 normal = vector3_cross(plane->fast, plane->slow);
    return atan2(vector3_length(vector3_cross(normal, BEAM)), fabs(vector3_dot(normal, BEAM)));
}

/* In the basis of rows, columns and normal the beam is (-cos rot2 sin rot1, sin rot2, cos rot2 cos
 * rot1). Rings do not depend on the handedness of that basis. */
bool detector_plane_position(const struct detector_plane *plane, struct detector_position *position)
{
    struct vector3 normal = vector3_cross(plane->fast, plane->slow);
    normal = vector3_scaled(normal, 1 / vector3_length(normal));
    const double along = vector3_dot(plane->corner, normal);
    const double away = along < 0 ? -vector3_dot(BEAM, normal) : vector3_dot(BEAM, normal);
    const double fast = vector3_dot(BEAM, plane->fast), slow = vector3_dot(BEAM, plane->slow);
    if (!(away >= TILT_COSINE_MIN))
        return false;
    position->distance = fabs(along);
    position->rot1 = atan2(0 - fast, away);
    position->rot2 = atan2(slow, hypot(fast, away));
    const double path = position->distance / away;
    const double x = path * fast - vector3_dot(plane->corner, plane->fast);
    const double y = path * slow - vector3_dot(plane->corner, plane->slow);
    position->centre_x = x / plane->width - 0.5;
    position->centre_y = y / plane->height - 0.5;
    return true;
}

struct vector3 detector_plane_at(const struct detector_plane *plane, double x, double y)
{
    return vector3_sum(plane->corner, vector3_sum(vector3_scaled(plane->fast, x * plane->width),
                                                  vector3_scaled(plane->slow, y * plane->height)));
}
