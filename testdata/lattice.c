/* Kinematic diffraction from a rotating crystal: Ewald construction, Wilson intensities, Lorentz
 * and polarisation factors, a logistic rocking curve. Work: all reflections for every frame. */
#include "lattice.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "arithmetic.h"
#include "beamstop.h"
#include "random.h"

#define RADIAN_PER_DEGREE 0x1.1df46a2529d39p-6
#define MOSAIC            0.02   /* degree, scale of the logistic rocking curve */
#define INTENSITY         3800.0 /* mean counts of a reflection at infinite spacing and L = P = 1 */
#define B_FACTOR          40.0   /* Angstrom^2 */
#define SOLVENT_CONTRAST  0.9
#define SOLVENT_B_FACTOR  200.0 /* Angstrom^2 */
#define MIN_PEAK_COUNTS   10.0  /* counts on a frame; fainter peaks are not drawn */
#define MIN_SIGMA         0.75  /* sigma, pixel */
#define WIDENING          0.9   /* pixel per unit of tan(2 theta) */
#define WIDTH_SPREAD      0.1   /* pixel */
#define MIN_ZETA          0.1   /* zeta below which a reflection lingers and is not drawn */
#define MAX_EWALD_ANGLE   0.02  /* radian from the Ewald sphere, beyond any rocking curve */
#define CURVE_REACH       20.0  /* scales of the rocking curve */

/* The crystal's setting, as a quaternion that need not be normalised. */
static const double SETTING[4] = {0.74, 0.31, -0.42, 0.43};

/* A point of the reciprocal lattice at rotation 0, 1/Angstrom: x along the fast axis and the
 * rotation axis, y against the slow axis, z against the beam. */
struct reflection {
    double x, y, z;
    double counts; /* before Lorentz and polarisation */
    double spread; /* its own part of the width, pixel */
};

struct lattice {
    const struct experiment *experiment;
    size_t count;
    struct reflection *reflections;
};

/* Reciprocal-space coordinates of (h, k, l): the cell, then the setting. */
static struct reflection reciprocal_point(const struct experiment *e, int h, int k, int l)
{
    const double v[3] = {h / e->cell_a, k / e->cell_a, l / e->cell_c};
    const double w = SETTING[0], *q = SETTING + 1;
    const double norm = w * w + q[0] * q[0] + q[1] * q[1] + q[2] * q[2];
    double turned[3];
    for (int i = 0; i < 3; i++) {
        const int j = (i + 1) % 3, m = (i + 2) % 3;
        const double along = q[0] * v[0] + q[1] * v[1] + q[2] * v[2];
        const double across = q[j] * v[m] - q[m] * v[j];
        const double shrink = w * w - q[0] * q[0] - q[1] * q[1] - q[2] * q[2];
        turned[i] = (shrink * v[i] + 2 * along * q[i] + 2 * w * across) / norm;
    }
    return (struct reflection){.x = turned[0], .y = turned[1], .z = turned[2]};
}

/* 1 / spacing^2. */
static double squared_length(const struct reflection *r)
{
    return r->x * r->x + r->y * r->y + r->z * r->z;
}

/* The same number for all reflections that are equivalent in 4/mmm. */
static uint64_t equivalence_class(int h, int k, int l)
{
    const int larger = abs(h) > abs(k) ? abs(h) : abs(k), smaller = abs(h) + abs(k) - larger;
    return (uint64_t)larger << 32 | (uint64_t)smaller << 16 | (uint64_t)abs(l);
}

/* Wilson's distribution: exponential about a mean that falls with resolution, and that the bulk
 * solvent lowers at the lowest angles (Babinet's principle: Moews & Kretsinger, J. Mol. Biol. 91
 * (1975) 201). */
static double wilson_counts(const struct experiment *e, uint64_t class, double r2)
{
    struct random_stream stream = random_start(e->seed, RANDOM_INTENSITY, class, 0);
    const double solvent = 1 - SOLVENT_CONTRAST * fixed_exp(-SOLVENT_B_FACTOR * r2 / 4);
    const double mean = INTENSITY * fixed_exp(-B_FACTOR * r2 / 2) * solvent * solvent;
    return -fixed_log(random_uniform(&stream)) * mean;
}

/* What sets a reflection apart in width, uniform, pixel. */
static double own_spread(const struct experiment *e, uint64_t class)
{
    struct random_stream stream = random_start(e->seed, RANDOM_WIDTH, class, 0);
    return WIDTH_SPREAD * random_uniform(&stream);
}

/* Radius of the detector's farthest corner, pixel. */
static double corner_radius(const struct experiment *e)
{
    const double x = fmax(e->beam_x, (double)e->width - e->beam_x);
    const double y = fmax(e->beam_y, (double)e->height - e->beam_y);
    return sqrt(x * x + y * y);
}

/* The reflections that can reach the detector; counts them only if reflections is NULL. */
static size_t collect(const struct experiment *e, struct reflection *reflections)
{
    const double spacing = experiment_spacing(e, corner_radius(e));
    const int h_end = (int)(e->cell_a / spacing), l_end = (int)(e->cell_c / spacing);
    size_t count = 0;
    for (int h = -h_end; h <= h_end; h++)
        for (int k = -h_end; k <= h_end; k++)
            for (int l = -l_end; l <= l_end; l++) {
                struct reflection r = reciprocal_point(e, h, k, l);
                const double r2 = squared_length(&r);
                if (r2 * spacing * spacing > 1 || (h == 0 && k == 0 && l == 0))
                    continue;
                if (reflections) {
                    const uint64_t class = equivalence_class(h, k, l);
                    r.counts = wilson_counts(e, class, r2);
                    r.spread = own_spread(e, class);
                    reflections[count] = r;
                }
                count++;
            }
    return count;
}

/* The logistic distribution function. */
static double logistic(double x)
{
    return 1 / (1 + fixed_exp(-x));
}

/* The part of the rocking curve that a frame covers, for a reflection that is offset (radian) from
 * the frame's middle; zeta stretches the curve near the rotation axis. */
static double recorded(const struct experiment *e, double offset, double zeta)
{
    const double scale = MOSAIC * RADIAN_PER_DEGREE / zeta;
    const double half = e->oscillation * RADIAN_PER_DEGREE / 2;
    if (fabs(offset) > half + CURVE_REACH * scale)
        return 0;
    return logistic((offset + half) / scale) - logistic((offset - half) / scale);
}

/* The peak of a reflection when the crystal is turned by an angle given by sine and cosine; its
 * counts are 0 where there is none. */
static struct peak diffract(const struct experiment *e, const struct reflection *r, double sine,
                            double cosine)
{
    const struct peak none = {.counts = 0};
    const double y = cosine * r->y - sine * r->z, z = sine * r->y + cosine * r->z;

    /* Ewald's sphere passes through the origin with its centre at 1/wavelength up the beam, so
     * that a point on it has z = wavelength r^2 / 2; rotation keeps x and y^2 + z^2. */
    const double r2 = squared_length(r), sphere_z = e->wavelength * r2 / 2;
    const double sphere_y2 = r2 - r->x * r->x - sphere_z * sphere_z;
    const double gap = z - sphere_z;
    if (gap * gap > MAX_EWALD_ANGLE * MAX_EWALD_ANGLE * r2 || sphere_y2 <= 0)
        return none;
    const double sphere_y = y < 0 ? -sqrt(sphere_y2) : sqrt(sphere_y2);
    const double across = sqrt(r->x * r->x + sphere_y2), zeta = fabs(sphere_y) / across;
    const double forward = 1 / e->wavelength - sphere_z;
    if (zeta < MIN_ZETA || forward <= 0)
        return none;

    struct peak peak = {.x = e->beam_x + e->distance * r->x / forward,
                        .y = e->beam_y - e->distance * sphere_y / forward};
    if (peak.x < -0.5 || peak.x >= (double)e->width - 0.5 || peak.y < -0.5 ||
        peak.y >= (double)e->height - 0.5)
        return none;
    const double offset = (y * sphere_z - z * sphere_y) / (sphere_y2 + sphere_z * sphere_z);
    const double lorentz = 1 / (e->wavelength * fabs(sphere_y));
    peak.counts = r->counts * lorentz * experiment_polarisation(e, peak.x, peak.y) *
                  beamstop_transmission(e, peak.x, peak.y) * recorded(e, offset, zeta);
    peak.sigma =
        MIN_SIGMA + WIDENING * experiment_radius(e, peak.x, peak.y) / e->distance + r->spread;
    return peak;
}

struct lattice *lattice_new(const struct experiment *e)
{
    struct lattice *lattice = malloc(sizeof *lattice);
    if (!lattice)
        return NULL;
    lattice->experiment = e;
    lattice->count = collect(e, NULL);
    lattice->reflections = malloc((lattice->count + 1) * sizeof *lattice->reflections);
    if (!lattice->reflections) {
        free(lattice);
        return NULL;
    }
    collect(e, lattice->reflections);
    return lattice;
}

void lattice_free(struct lattice *lattice)
{
    if (lattice)
        free(lattice->reflections);
    free(lattice);
}

bool lattice_peaks(const struct lattice *lattice, size_t frame, struct peak_list *list)
{
    const struct experiment *e = lattice->experiment;
    double sine, cosine;
    fixed_sincos(((double)frame + 0.5) * e->oscillation * RADIAN_PER_DEGREE, &sine, &cosine);
    for (size_t i = 0; i < lattice->count; i++) {
        struct peak peak = diffract(e, &lattice->reflections[i], sine, cosine);
        peak.frame = (uint32_t)frame;
        if (peak.counts >= MIN_PEAK_COUNTS && !peak_list_add(list, peak))
            return false;
    }
    return true;
}

void lattice_describe(const struct experiment *e, char *text, size_t size)
{
    snprintf(text, size,
             "tetragonal P422 crystal, a = %.6g, c = %.6g Angstrom, setting quaternion "
             "(%.6g, %.6g, %.6g, %.6g); Wilson intensities with mean %.6g exp(-%.6g/(2 d^2)) "
             "(1 - %.6g exp(-%.6g/(4 d^2)))^2, "
             "times Lorentz 1/(lambda |r_y|), P and T at the centre, and the part of the logistic "
             "rocking curve (scale %.6g degree / zeta) that the frame covers; "
             "sigma = %.6g + %.6g t + %.6g u px, u uniform; not drawn: below %.6g counts on the "
             "frame, zeta < %.6g",
             e->cell_a, e->cell_c, SETTING[0], SETTING[1], SETTING[2], SETTING[3], INTENSITY,
             B_FACTOR, SOLVENT_CONTRAST, SOLVENT_B_FACTOR, MOSAIC, MIN_SIGMA, WIDENING,
             WIDTH_SPREAD, MIN_PEAK_COUNTS, MIN_ZETA);
}
