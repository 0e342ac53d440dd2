/* Geometry of an Eiger 1M with a lysozyme crystal, scaled to the size of the detector; Bragg's law
 * and the polarisation factor. */
#include "experiment.h"

#include <math.h>

#include "arithmetic.h"

#define REFERENCE_WIDTH    1030.0 /* Eiger 1M */
#define REFERENCE_HEIGHT   1065.0
#define REFERENCE_DISTANCE 1200.0 /* 90 mm */
#define REFERENCE_CELL_A   78.9   /* tetragonal lysozyme */
#define REFERENCE_CELL_C   37.1

struct experiment experiment_new(size_t frames, size_t width, size_t height)
{
    struct experiment e = {
        .frames = frames,
        .width = width,
        .height = height,
        .seed = 1,
        .level = 1,
        .beam_x = floor(0.475 * (double)width) + 0.37,
        .beam_y = floor(0.56 * (double)height) + 0.22,
        .pixel_size = 75e-6,
        .wavelength = 0.9795,
        .polarisation = 0.99,
        .oscillation = 0.1,
        .frame_time = 0.1,
        .saturation = 1500,
    };
    /* The same angles on every detector. The number of reflections goes with the volume of the
     * cell, and that with the length of the detector. */
    e.distance = REFERENCE_DISTANCE * experiment_scale(&e);
    const double cell_scale = fixed_exp(fixed_log(experiment_scale(&e)) / 3);
    e.cell_a = REFERENCE_CELL_A * cell_scale;
    e.cell_c = REFERENCE_CELL_C * cell_scale;
    return e;
}

double experiment_radius(const struct experiment *e, double x, double y)
{
    const double dx = x - e->beam_x, dy = y - e->beam_y;
    return sqrt(dx * dx + dy * dy);
}

double experiment_ring_radius(const struct experiment *e, double spacing)
{
    /* Bragg: sin(theta) = wavelength / (2 spacing); the radius is distance tan(2 theta). */
    const double sine = e->wavelength / (2 * spacing);
    return e->distance * 2 * sine * sqrt(1 - sine * sine) / (1 - 2 * sine * sine);
}

double experiment_spacing(const struct experiment *e, double radius)
{
    const double cosine = e->distance / sqrt(e->distance * e->distance + radius * radius);
    return e->wavelength / (2 * sqrt((1 - cosine) / 2));
}

double experiment_polarisation(const struct experiment *e, double x, double y)
{
    /* An electric field scatters by the square of its component across the scattered beam. */
    const double dx = x - e->beam_x, dy = y - e->beam_y;
    const double length2 = dx * dx + dy * dy + e->distance * e->distance;
    return 1 - (e->polarisation * dx * dx + (1 - e->polarisation) * dy * dy) / length2;
}

double experiment_scale(const struct experiment *e)
{
    return sqrt(experiment_pixel_ratio(e));
}

double experiment_pixel_ratio(const struct experiment *e)
{
    return (double)e->width * (double)e->height / (REFERENCE_WIDTH * REFERENCE_HEIGHT);
}
