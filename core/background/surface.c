/* Piecewise linear reconstruction with van Leer's monotonized central limiter (J. Comput. Phys. 23
 * (1977) 276), along each axis. Linear in the number of regions. */
#include "background/surface.h"

#include <math.h>
#include <stdlib.h>

#include "geometry/map.h"

/* Limited slope between two steps. */
static double limited(double before, double after)
{
    if (!(before * after > 0))
        return 0;
    const double central = fabs(before + after) / 2, steepest = 2 * fmin(fabs(before), fabs(after));
    const double slope = fmin(central, steepest);
    return before > 0 ? slope : -slope;
}

/* Limited slope at the end of an axis. */
static double limited_at_end(double step, double value)
{
    const double steepest = fabs(value) / 4;
    return step > steepest ? steepest : step < -steepest ? -steepest : step;
}

/* The slope at region i along an axis of n regions, `stride` apart; i has the number `position` on
 * it. */
static double slope_along(const double *value, size_t i, size_t stride, size_t position, size_t n)
{
    if (n < 2)
        return 0;
    if (position == 0)
        return limited_at_end(value[i + stride] - value[i], value[i]);
    if (position == n - 1)
        return limited_at_end(value[i] - value[i - stride], value[i]);
    return limited(value[i] - value[i - stride], value[i + stride] - value[i]);
}

wn_status wn_surface_make(const wn_map *map, const double *value, struct surface *surface)
{
    const bool tiles = map->model.kind == WN_MODEL_TILES;
    const size_t across = tiles ? map->region_stride : map->regions;
    const size_t down = map->regions / across;
    struct cell_position *slope = malloc(map->regions * sizeof *slope);
    if (!slope)
        return WN_ERR_MEMORY;
    for (size_t i = 0; i < map->regions; i++) {
        slope[i] = (struct cell_position){slope_along(value, i, 1, i % across, across),
                                          slope_along(value, i, across, i / across, down)};
        /* Keep the sign of the value in the corners of the region. */
        const double steepness = (fabs(slope[i].x) + fabs(slope[i].y)) / 2, size = fabs(value[i]);
        if (steepness > size) {
            slope[i].x *= size / steepness;
            slope[i].y *= size / steepness;
        }
    }
    *surface = (struct surface){map, value, slope};
    return WN_OK;
}

void wn_surface_free(struct surface *surface)
{
    free(surface->slope);
    *surface = (struct surface){0};
}

wn_status wn_surface_of_means(const wn_map *map, const double *mean, float *expected)
{
    struct surface surface;
    const wn_status status = wn_surface_make(map, mean, &surface);
    if (status != WN_OK)
        return status;
    for (size_t i = 0; i < map->cells; i++)
        expected[i] = (float)(surface_at(&surface, i) * map->cell_norm[i]);
    wn_surface_free(&surface);
    return WN_OK;
}
