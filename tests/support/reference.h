/* Plain versions of what the library computes: straight from the published formulas, with libm,
 * and without a thought for speed. */
#ifndef TEST_SUPPORT_REFERENCE_H
#define TEST_SUPPORT_REFERENCE_H

#include "geometry/map.h"
#include "support/unit.h"

/* ---- geometry (pyFAI's; Kieffer & Karkoulis 2013) ------------------------------------------ */

/* Lengths in pixel widths, angles in radian. */
struct plain_geometry {
    double centre_x, centre_y; /* beam centre, pixels */
    double aspect;             /* height / width of a pixel */
    double distance;           /* 0: not known */
    double rot1, rot2;
};

struct plain_geometry plain_geometry_of(const wn_params *params);

/* Where the centre of pixel (x, y) is: its radius and its scattering angle, its azimuth, and the
 * distance from the sample over the distance of the plane. */
struct plain_pixel {
    double radius, two_theta, chi, slant;
};

struct plain_pixel plain_pixel_at(const struct plain_geometry *geometry, double x, double y);

double plain_solid_angle(const struct plain_pixel *pixel);
double plain_polarisation(const struct plain_pixel *pixel, double factor);

/* ---- rings --------------------------------------------------------------------------------- */

/* Rings over the radii of the valid pixels: centre of ring i is low + (i + 0.5) width. */
struct plain_rings {
    uint32_t n;
    double low, width;
};

/* `valid` may be NULL; rings of the default width of 2 pixels if bins is 0. */
struct plain_rings plain_rings_of(const wn_params *params, uint32_t height, uint32_t width,
                                  const uint8_t *valid);

/* How far a radius is from the inner edge of the first ring, in rings. */
double plain_ring(const struct plain_rings *rings, double radius);

/* ---- clipping ------------------------------------------------------------------------------ */

/* Mean and spread of the values signal / norm of one ring, and how many are left. */
struct plain_background {
    double mean, sigma;
    size_t n;
    bool unclear; /* a value was so close to the cut-off that rounding decides */
};

/* Sigma clipping as pyFAI has it, pass by pass. cut_off 0: Chauvenet alone. */
struct plain_background plain_clip(const double *signal, const double *norm, size_t n,
                                   wn_error_model error_model, double cut_off, int cycles);

/* ---- surfaces (plugin/FORMAT.md, 7) -------------------------------------------------------- */

/* The surface of values per region at a cell, in the order of arithmetic of the document. */
double plain_surface(const wn_map *map, const double *value, size_t cell);

/* ---- distributions--------------------------------------------------------------------------- */

/* One-sided probability beyond `sigma` standard deviations of a Gaussian. */
double plain_tail(double sigma);

/* The smallest count that is exceeded with no more than plain_tail(sigma) by the distribution of
 * Panjer's class; *unclear if that depends on rounding. Not for wide distributions, nor beyond 5
 * sigma. */
double plain_quantile(double mean, double dispersion, double sigma, bool *unclear);

/* log p(k) of Panjer's class by its closed forms: binomial, Poisson, negative binomial. */
long double plain_log_p(double mean, double dispersion, double k);

#endif
