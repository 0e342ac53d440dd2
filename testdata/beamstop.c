/* Opaque core, and smooth cubic edges of disc and arm. */
#include "beamstop.h"

#include <math.h>
#include <stdio.h>

/* Lengths in pixels of the Eiger 1M. */
#define CORE_RADIUS      18.0
#define DISC_RADIUS      28.0
#define ARM_INNER        4.0
#define ARM_OUTER        8.0
#define DISC_TRANSPARENT 0.05 /* at the core's edge */
#define ARM_TRANSPARENT  0.15

/* From transparency at inner to 1 at outer, as the cubic smooth step. */
static double edge(double position, double inner, double outer, double transparency)
{
    const double u = fmin(fmax((position - inner) / (outer - inner), 0), 1);
    return transparency + (1 - transparency) * u * u * (3 - 2 * u);
}

bool beamstop_core(const struct experiment *e, double x, double y)
{
    return experiment_radius(e, x, y) < CORE_RADIUS * experiment_scale(e);
}

double beamstop_transmission(const struct experiment *e, double x, double y)
{
    if (beamstop_core(e, x, y))
        return 0;
    const double scale = experiment_scale(e);
    const double radius = experiment_radius(e, x, y) / scale;
    const double disc = edge(radius, CORE_RADIUS, DISC_RADIUS, DISC_TRANSPARENT);
    if (x > e->beam_x)
        return disc;
    const double across = fabs(y - e->beam_y) / scale;
    return fmin(disc, edge(across, ARM_INNER, ARM_OUTER, ARM_TRANSPARENT));
}

void beamstop_describe(const struct experiment *e, char *text, size_t size)
{
    const double scale = experiment_scale(e);
    snprintf(text, size,
             "T = 0 for r < %.6g (masked); elsewhere the lower of %.6g + %.6g S((r - %.6g)/%.6g) "
             "and, for x <= beam_x, %.6g + %.6g S((|y - beam_y| - %.6g)/%.6g); "
             "S(u) = u^2 (3 - 2u) with u limited to 0..1",
             CORE_RADIUS * scale, DISC_TRANSPARENT, 1 - DISC_TRANSPARENT, CORE_RADIUS * scale,
             (DISC_RADIUS - CORE_RADIUS) * scale, ARM_TRANSPARENT, 1 - ARM_TRANSPARENT,
             ARM_INNER * scale, (ARM_OUTER - ARM_INNER) * scale);
}
