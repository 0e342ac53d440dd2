/* The simulated experiment: detector, beam, crystal and exposure. */
#ifndef TESTDATA_EXPERIMENT_H
#define TESTDATA_EXPERIMENT_H

#include <stddef.h>
#include <stdint.h>

/* Coordinates are in pixels, x along the fast axis, y along the slow one, pixel centres at
 * integers. The detector stands upright on the beam. */
struct experiment {
    size_t frames, width, height;
    uint64_t seed;
    double level; /* multiplies the background */

    double beam_x, beam_y; /* beam centre, pixel */
    double distance;       /* sample to detector, pixel */
    double pixel_size;     /* m */
    double wavelength;     /* Angstrom */
    double polarisation;   /* horizontal fraction of the incident beam */
    double cell_a, cell_c; /* tetragonal cell, Angstrom */
    double oscillation;    /* rotation per frame about the fast axis, degree */
    double frame_time;     /* s, all of it exposure */
    uint32_t saturation;   /* counts; what exceeds it is stored as this value */
};

struct experiment experiment_new(size_t frames, size_t width, size_t height);

/* Distance of (x, y) from the beam centre, pixel. */
double experiment_radius(const struct experiment *e, double x, double y);

/* Radius at which a lattice spacing (Angstrom) meets the detector, pixel. */
double experiment_ring_radius(const struct experiment *e, double spacing);

/* Spacing (Angstrom) that meets the detector at a radius > 0 (pixel). */
double experiment_spacing(const struct experiment *e, double radius);

/* What polarisation leaves of the scattering into (x, y), 0 to 1. */
double experiment_polarisation(const struct experiment *e, double x, double y);

/* How much larger than the Eiger 1M the detector is, as a ratio of lengths and of pixel numbers. */
double experiment_scale(const struct experiment *e);
double experiment_pixel_ratio(const struct experiment *e);

#endif
