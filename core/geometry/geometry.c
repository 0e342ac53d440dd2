/* Geometry of a flat detector that is turned by rot1 and rot2, in pyFAI's conventions (Kieffer &
 * Karkoulis, J. Phys. Conf. Ser. 425 (2013) 202012). The solid angle of a pixel falls with the cube
 * of the cosine of incidence; the polarisation factor is that of Kahn et al., J. Appl. Cryst. 15
 * (1982) 330. Decoders compute the same map (promise P4): + - * / and sqrt only. */
#include "geometry/geometry.h"

#include "common/bitexact_math.h"

struct geometry wn_geometry_of_model(const struct model *m)
{
    struct geometry g = {
        .aspect = m->aspect == 0 ? 1 : m->aspect / 1e6,
        .distance = m->distance / 1e3,
        .tilted = m->rot1 != 0 || m->rot2 != 0,
        .solid_angle = m->solid_angle,
        .polarised = m->polarised,
        .polarisation = m->polarisation / 1e3,
    };
    bitexact_sincos(m->rot1 / 1e6, &g.sin1, &g.cos1);
    bitexact_sincos(m->rot2 / 1e6, &g.sin2, &g.cos2);

    /* The direct beam meets the plane at L tan(rot2) / cos(rot1), -L tan(rot1) from the PONI. */
    const double beam_x = g.tilted ? -g.distance * (g.sin1 / g.cos1) : 0;
    const double beam_y = g.tilted ? g.distance * (g.sin2 / g.cos2) / g.cos1 : 0;
    g.poni_x = m->centre_x / 1e3 - beam_x;
    g.poni_y = m->centre_y / 1e3 - beam_y / g.aspect;
    return g;
}

/* Laboratory coordinates of a pixel: x and y across the beam (y along the slow axis), z along it.
 */
struct position {
    double x, y, z;
};

/* Rotation by rot1, then by rot2. */
static struct position locate(const struct geometry *g, double x, double y)
{
    const double p1 = (y - g->poni_y) * g->aspect, p2 = x - g->poni_x;
    if (!g->tilted)
        return (struct position){p2, p1, g->distance};
    const double a2 = g->cos1 * p2 + g->sin1 * g->distance;
    const double a3 = g->cos1 * g->distance - g->sin1 * p2;
    return (struct position){a2, g->cos2 * p1 - g->sin2 * a3, g->sin2 * p1 + g->cos2 * a3};
}

double wn_geometry_radius(const struct geometry *g, double x, double y)
{
    const struct position p = locate(g, x, y);
    const double across2 = p.x * p.x + p.y * p.y;
    if (!g->tilted)
        return sqrt(across2);
    /* sin^2(theta) = (1 - z/R) / 2 = across^2 / (2 R (R + z)); the latter has no cancellation. For
     * backscattering along the beam theta is 90 degrees. */
    const double r = sqrt(across2 + p.z * p.z);
    const double denominator = r * (r + p.z);
    return denominator > 0 ? g->distance * sqrt(2 * across2 / denominator) : 2 * g->distance;
}

double wn_geometry_norm(const struct geometry *g, double x, double y)
{
    double norm = 1;
    if (g->solid_angle) {
        const double p1 = (y - g->poni_y) * g->aspect, p2 = x - g->poni_x;
        const double cosine = g->distance / sqrt(g->distance * g->distance + p1 * p1 + p2 * p2);
        norm = cosine * cosine * cosine;
    }
    if (g->polarised) {
        const struct position p = locate(g, x, y);
        const double across2 = p.x * p.x + p.y * p.y;
        const double cos2_2theta = p.z * p.z / (across2 + p.z * p.z);
        const double cos_2chi = across2 > 0 ? (p.x * p.x - p.y * p.y) / across2 : 1;
        norm *= 0.5 * (1 + cos2_2theta - g->polarisation * cos_2chi * (1 - cos2_2theta));
    }
    return norm;
}
