/* Constant, air scatter, solvent ring and powder rings of ice as functions of the radius, times
 * polarisation and beam stop. */
#include "background.h"

#include <stdio.h>
#include <stdlib.h>

#include "arithmetic.h"
#include "beamstop.h"

#define LENGTH(array)   (sizeof(array) / sizeof((array)[0]))
#define CONSTANT        0.2  /* counts: fluorescence, inelastic scatter */
#define AIR             13.0 /* counts in the direct beam */
#define AIR_WIDTH       0.15 /* tan(2 theta) by which it falls to 1/e */
#define SOLVENT         2.2
#define SOLVENT_SPACING 3.3 /* Angstrom */
#define SOLVENT_WIDTH   0.085

/* Strongest rings of hexagonal ice: spacing (Angstrom), counts, width (pixel). */
struct powder_ring {
    double spacing, counts, sigma;
};
static const struct powder_ring ICE[] = {
    {3.90, 2.5, 1.5}, {3.67, 1.2, 2.0}, {3.44, 2.0, 2.4}, {2.67, 0.8, 3.0}};

/* Gaussian of height 1. */
static double gaussian(double distance, double sigma)
{
    return fixed_exp(-distance * distance / (2 * sigma * sigma));
}

/* Counts at a radius (pixel), before polarisation and beam stop. */
static double counts_at(const struct experiment *e, const double *ice_radius, double radius)
{
    const double tangent = radius / e->distance;
    const double solvent = experiment_ring_radius(e, SOLVENT_SPACING) / e->distance;
    double counts = CONSTANT + AIR * fixed_exp(-tangent / AIR_WIDTH) +
                    SOLVENT * gaussian(tangent - solvent, SOLVENT_WIDTH);
    for (size_t i = 0; i < LENGTH(ICE); i++)
        counts += ICE[i].counts * gaussian(radius - ice_radius[i], ICE[i].sigma);
    return e->level * counts;
}

float *background_new(const struct experiment *e)
{
    float *counts = malloc(e->width * e->height * sizeof *counts);
    if (!counts)
        return NULL;
    double ice_radius[LENGTH(ICE)];
    for (size_t i = 0; i < LENGTH(ICE); i++)
        ice_radius[i] = experiment_ring_radius(e, ICE[i].spacing);
    for (size_t row = 0; row < e->height; row++)
        for (size_t column = 0; column < e->width; column++) {
            const double x = (double)column, y = (double)row;
            counts[row * e->width + column] =
                (float)(counts_at(e, ice_radius, experiment_radius(e, x, y)) *
                        experiment_polarisation(e, x, y) * beamstop_transmission(e, x, y));
        }
    return counts;
}

void background_describe(const struct experiment *e, char *text, size_t size)
{
    int used = snprintf(text, size,
                        "%.6g P T [%.6g + %.6g exp(-t/%.6g) + %.6g exp(-(t - %.6g)^2/(2 %.6g^2))",
                        e->level, CONSTANT, AIR, AIR_WIDTH, SOLVENT,
                        experiment_ring_radius(e, SOLVENT_SPACING) / e->distance, SOLVENT_WIDTH);
    for (size_t i = 0; i < LENGTH(ICE) && used >= 0 && (size_t)used < size; i++)
        used += snprintf(text + used, size - (size_t)used, " + %.6g exp(-(r - %.6g)^2/(2 %.6g^2))",
                         ICE[i].counts, experiment_ring_radius(e, ICE[i].spacing), ICE[i].sigma);
    if (used >= 0 && (size_t)used < size)
        snprintf(text + used, size - (size_t)used, "]");
}
