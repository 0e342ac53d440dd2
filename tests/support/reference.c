/* Direct implementations of pyFAI's geometry (Kieffer & Karkoulis, J. Phys. Conf. Ser. 425 (2013)
 * 202012), sigma clipping, the surfaces of plugin/FORMAT.md and the closed forms of count
 * distributions, with libm. */
#include "support/reference.h"

#include <math.h>
#include <stdlib.h>

#include "geometry/map.h"

/* ---- geometry ------------------------------------------------------------------------------ */

struct plain_geometry plain_geometry_of(const wn_params *p)
{
    return (struct plain_geometry){
        .centre_x = p->centre_x / 1000.0,
        .centre_y = p->centre_y / 1000.0,
        .aspect = p->aspect == 0 ? 1 : p->aspect / 1e6,
        .distance = p->distance / 1000.0,
        .rot1 = p->rot1 / 1e6,
        .rot2 = p->rot2 / 1e6,
    };
}

struct vector {
    double y, x, z; /* along the slow axis, the fast axis, the beam */
};

static struct vector rotate(const struct plain_geometry *g, struct vector p)
{
    const struct vector a = {p.y, cos(g->rot1) * p.x + sin(g->rot1) * p.z,
                             cos(g->rot1) * p.z - sin(g->rot1) * p.x};
    return (struct vector){cos(g->rot2) * a.y - sin(g->rot2) * a.z, a.x,
                           sin(g->rot2) * a.y + cos(g->rot2) * a.z};
}

/* Where the beam meets the detector plane: the beam's direction, turned back. */
static struct vector beam_in_plane(const struct plain_geometry *g)
{
    const struct vector a = {sin(g->rot2), 0, cos(g->rot2)};
    const struct vector p = {a.y, -sin(g->rot1) * a.z, cos(g->rot1) * a.z};
    return (struct vector){p.y / p.z * g->distance, p.x / p.z * g->distance, g->distance};
}

struct plain_pixel plain_pixel_at(const struct plain_geometry *g, double x, double y)
{
    const struct vector beam = beam_in_plane(g);
    const struct vector p = {(y - g->centre_y) * g->aspect + beam.y, x - g->centre_x + beam.x,
                             g->distance};
    const struct vector t = rotate(g, p);
    const double across = sqrt(t.x * t.x + t.y * t.y), two_theta = atan2(across, t.z);
    const bool tilted = g->rot1 != 0 || g->rot2 != 0;
    return (struct plain_pixel){
        .radius = tilted ? 2 * g->distance * sin(two_theta / 2) : across,
        .two_theta = two_theta,
        .chi = atan2(t.y, t.x),
        .slant = sqrt(p.y * p.y + p.x * p.x + p.z * p.z) / g->distance,
    };
}

double plain_solid_angle(const struct plain_pixel *p)
{
    return pow(p->slant, -3);
}

double plain_polarisation(const struct plain_pixel *p, double factor)
{
    const double c2 = cos(p->two_theta) * cos(p->two_theta);
    return 0.5 * (1 + c2 - factor * cos(2 * p->chi) * (1 - c2));
}

/* ---- rings --------------------------------------------------------------------------------- */

struct plain_rings plain_rings_of(const wn_params *params, uint32_t height, uint32_t width,
                                  const uint8_t *valid)
{
    const struct plain_geometry g = plain_geometry_of(params);
    double low = INFINITY, high = 0;
    for (uint32_t y = 0; y < height; y++) {
        for (uint32_t x = 0; x < width; x++) {
            if (valid && !valid[(size_t)y * width + x])
                continue;
            const double radius = plain_pixel_at(&g, x, y).radius;
            low = fmin(low, radius);
            high = fmax(high, radius);
        }
    }
    high *= 1 + ldexp(1, -23);
    const uint32_t n =
        params->bins > 0 ? (uint32_t)params->bins : (uint32_t)fmax(ceil((high - low) / 2), 1);
    return (struct plain_rings){n, low, (high - low) / n};
}

double plain_ring(const struct plain_rings *r, double radius)
{
    return (radius - r->low) / r->width;
}

/* ---- clipping ------------------------------------------------------------------------------ */

static struct plain_background statistics(const double *signal, const double *norm,
                                          const bool *used, size_t n, bool azimuthal)
{
    struct plain_background b = {0};
    double v = 0, omega = 0, omega2 = 0, vv = 0;
    for (size_t i = 0; i < n; i++) {
        if (!used[i])
            continue;
        b.n++;
        v += signal[i];
        omega += norm[i];
        omega2 += norm[i] * norm[i];
    }
    if (b.n == 0)
        return b;
    b.mean = v / omega;
    for (size_t i = 0; i < n; i++) {
        if (used[i])
            vv += azimuthal ? pow(norm[i] * (signal[i] / norm[i] - b.mean), 2) : fmax(signal[i], 1);
    }
    b.sigma = sqrt(vv / omega2);
    return b;
}

struct plain_background plain_clip(const double *signal, const double *norm, size_t n,
                                   wn_error_model error_model, double cut_off, int cycles)
{
    bool *used = unit_alloc(n);
    for (size_t i = 0; i < n; i++)
        used[i] = true;
    const bool azimuthal = error_model != WN_ERROR_POISSON;
    bool unclear = false;
    struct plain_background b = statistics(signal, norm, used, n, azimuthal);
    for (int cycle = 0; cycle < cycles && b.n > 0; cycle++) {
        if (!isfinite(b.mean) || !isfinite(b.sigma))
            break;
        const double left = fmax((double)b.n, 3);
        const double c = fmax(cut_off, sqrt(2 * log(left / sqrt(2 * acos(-1)))));
        size_t discarded = 0;
        for (size_t i = 0; i < n; i++) {
            const double away = fabs(signal[i] / norm[i] - b.mean);
            const bool close = fabs(away - c * b.sigma) <= 1e-13 * (away + fabs(b.mean));
            unclear = unclear || (used[i] && b.sigma > 0 && close);
            if (used[i] && away > c * b.sigma) {
                used[i] = false;
                discarded++;
            }
        }
        if (discarded == 0)
            break;
        b = statistics(signal, norm, used, n, azimuthal);
    }
    if (error_model == WN_ERROR_HYBRID)
        b = statistics(signal, norm, used, n, false);
    b.unclear = unclear;
    free(used);
    return b;
}

/* ---- surfaces ------------------------------------------------------------------------------ */

/* The slope with the steps u and w on both sides. */
static double plain_slope(double u, double w)
{
    if (!(u * w > 0))
        return 0;
    const double a = fabs(u + w) / 2, b = 2 * (fabs(u) < fabs(w) ? fabs(u) : fabs(w));
    return u > 0 ? (a < b ? a : b) : -(a < b ? a : b);
}

static double plain_end(double step, double value)
{
    const double most = fabs(value) / 4;
    return step > most ? most : step < -most ? -most : step;
}

/* Slope along an axis: region i, whose neighbours are i - stride and i + stride. */
static double plain_axis(const double *value, size_t i, size_t stride, bool first, bool last)
{
    if (first && last)
        return 0;
    if (first)
        return plain_end(value[i + stride] - value[i], value[i]);
    if (last)
        return plain_end(value[i] - value[i - stride], value[i]);
    return plain_slope(value[i] - value[i - stride], value[i + stride] - value[i]);
}

double plain_surface(const wn_map *map, const double *value, size_t cell)
{
    const size_t i = map->cell_region[cell];
    const size_t across = map->model.kind == WN_MODEL_TILES ? map->region_stride : map->regions;
    const size_t x = i % across, y = i / across, down = map->regions / across;
    double slope_x = plain_axis(value, i, 1, x == 0, x == across - 1);
    double slope_y = plain_axis(value, i, across, y == 0, y == down - 1);
    const double t = (fabs(slope_x) + fabs(slope_y)) / 2;
    if (t > fabs(value[i])) {
        slope_x *= fabs(value[i]) / t;
        slope_y *= fabs(value[i]) / t;
    }
    return value[i] + (slope_x * map->cell_position[cell].x + slope_y * map->cell_position[cell].y);
}

/* ---- distributions--------------------------------------------------------------------------- */

double plain_tail(double sigma)
{
    return 0.5 * erfc(sigma / sqrt(2));
}

double plain_quantile(double mean, double dispersion, double sigma, bool *unclear)
{
    const long double d = dispersion, a = 1 - 1 / d, b = mean / d - a, tail = plain_tail(sigma);
    long double p = expl(fabsl(d - 1) < 1e-12L ? -(long double)mean : -mean * logl(d) / (d - 1));
    long double left = 1 - p;
    double k = 0;
    *unclear = fabsl(left - tail) < 1e-12L;
    while (left > tail && p > 0) {
        k++;
        p = a + b / k > 0 ? p * (a + b / k) : 0;
        left -= p;
        *unclear = *unclear || fabsl(left - tail) < 1e-12L;
    }
    return p > 0 ? k : k - 1;
}

long double plain_log_p(double mean, double dispersion, double k)
{
    const long double m = mean, d = dispersion, x = k;
    if (dispersion > 1) {
        const long double r = m / (d - 1);
        return lgammal(r + x) - lgammal(r) - lgammal(x + 1) - r * logl(d) + x * logl(1 - 1 / d);
    }
    if (dispersion < 1) {
        const long double trials = m / (1 - d), whole = roundl(trials);
        const long double n = fabsl(trials - whole) < 1e-9L * whole ? whole : trials;
        if (x > n)
            return -INFINITY;
        return lgammal(n + 1) - lgammal(n - x + 1) - lgammal(x + 1) + x * logl(1 - d) +
               (n - x) * logl(d);
    }
    return x * logl(m) - m - lgammal(x + 1);
}
