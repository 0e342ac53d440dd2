/*
 * Bragg's law, d = wavelength / (2 sin theta), with 2 theta between the beam and the ray to a
 * pixel, in units of the distance of the plane. Rings to draw: equal steps in 1/d over the
 * rectangle, rounded to short numbers.
 */
#include "geometry/resolution.h"

#include <math.h>

#define RINGS_WANTED 5

/* Mantissas that a resolution is rounded to. */
static const double MANTISSAS[] = {1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2, 2.2, 2.5,
                                   3, 3.5, 4,   4.5, 5,   6,   7,   8,   9, 10};

static bool known(const struct placement *placement, enum placement_quantity quantity)
{
    return placement->at[quantity].from;
}

/* The beam in the basis of rows, columns and normal: see geometry/detector_plane.c. */
static void orient(double rot1, double rot2, struct resolution *rings)
{
    rings->beam = (struct vector3){-cos(rot2) * sin(rot1), sin(rot2), cos(rot2) * cos(rot1)};
    rings->right = (struct vector3){cos(rot1), 0, sin(rot1)};
    rings->lower = vector3_cross(rings->beam, rings->right);
}

const char *resolution_prepare(const struct placement *placement, double wavelength,
                               struct resolution *rings)
{
    const struct placed_quantity *at = placement->at;
    if (!known(placement, CENTRE_X) || !known(placement, CENTRE_Y))
        return "the beam centre is not known: give --centre";
    if (!known(placement, DISTANCE))
        return "the distance of the detector is not known: give --distance";
    if (!known(placement, PIXEL_X) || !known(placement, PIXEL_Y))
        return "the size of the pixels is not known: give --pixel-size";
    if (!(wavelength > 0))
        return "the wavelength is not known: give --wavelength";
    rings->wavelength = wavelength;
    rings->centre_x = at[CENTRE_X].value;
    rings->centre_y = at[CENTRE_Y].value;
    rings->distance_x = at[DISTANCE].value * 1000 / at[PIXEL_X].value;
    rings->distance_y = at[DISTANCE].value * 1000 / at[PIXEL_Y].value;
    orient(at[ROT1].value, at[ROT2].value, rings);
    return NULL;
}

double resolution_at(const struct resolution *rings, double x, double y)
{
    const struct vector3 *beam = &rings->beam;
    const struct vector3 ray = {(x - rings->centre_x) / rings->distance_x + beam->x / beam->z,
                                (y - rings->centre_y) / rings->distance_y + beam->y / beam->z, 1};
    const double across = vector3_length(vector3_cross(*beam, ray));
    const double angle = atan2(across, vector3_dot(*beam, ray)); /* 2 theta */
    return rings->wavelength / (2 * sin(angle / 2));
}

bool resolution_position(const struct resolution *rings, double d, double azimuth, double *x,
                         double *y)
{
    const double sine = rings->wavelength / (2 * d);
    if (!(sine > 0 && sine < 1))
        return false;
    const double angle = 2 * asin(sine);
    const struct vector3 across = vector3_sum(vector3_scaled(rings->right, cos(azimuth)),
                                              vector3_scaled(rings->lower, sin(azimuth)));
    const struct vector3 ray =
        vector3_sum(vector3_scaled(rings->beam, cos(angle)), vector3_scaled(across, sin(angle)));
    const struct vector3 *beam = &rings->beam;
    if (!(ray.z > 1e-6))
        return false;
    *x = rings->centre_x + rings->distance_x * (ray.x / ray.z - beam->x / beam->z);
    *y = rings->centre_y + rings->distance_y * (ray.y / ray.z - beam->y / beam->z);
    return true;
}

/* Extends a range of 1/d to include a point. */
static void extend(const struct resolution *rings, double x, double y, double *low, double *high)
{
    const double s = 1 / resolution_at(rings, x, y);
    *low = fmin(*low, s);
    *high = fmax(*high, s);
}

static double rounded(double d)
{
    const double power = pow(10, floor(log10(d)));
    double best = power;
    for (size_t i = 0; i < sizeof MANTISSAS / sizeof MANTISSAS[0]; i++)
        if (fabs(MANTISSAS[i] * power - d) < fabs(best - d))
            best = MANTISSAS[i] * power;
    return best;
}

size_t resolution_rings_choose(const struct resolution *rings, double x, double y, double width,
                               double height, double d[RESOLUTION_RINGS_MAX])
{
    enum { STEPS = 16 };
    double low = INFINITY, high = 0;
    size_t n = 0;
    for (int i = 0; i <= STEPS; i++)
        for (int j = 0; j <= STEPS; j++)
            extend(rings, x + width * i / STEPS, y + height * j / STEPS, &low, &high);
    for (int i = 1; i <= RINGS_WANTED; i++) {
        const double next = rounded(1 / (low + (high - low) * i / (RINGS_WANTED + 0.5)));
        if (n == 0 || next < d[n - 1])
            d[n++] = next;
    }
    return n;
}
