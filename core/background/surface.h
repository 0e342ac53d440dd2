/* Values given per region, as a surface over the cells: linear within a region, with limited
 * slopes.
 *
 * The slope of a region is that of its neighbours, but no steeper than twice the step to either
 * one, and 0 at an extremum (van Leer's monotonized central limiter, J. Comput. Phys. 23 (1977)
 * 276). At the ends of an axis, where there is only one step, it is at most a quarter of the value.
 * The mean over a region is therefore kept, no value changes its sign, and the edge of a shadow
 * stays an edge: interpolation between the middles of regions would smear it, and with it the
 * pixels on both sides. */
#ifndef WN_BACKGROUND_SURFACE_H
#define WN_BACKGROUND_SURFACE_H

#include "geometry/map.h"

struct surface {
    const wn_map *map;
    const double *value;         /* [regions] */
    struct cell_position *slope; /* [regions], per region along x and y */
};

/* The surface refers to the map and to the values. */
wn_status wn_surface_make(const wn_map *map, const double *value, struct surface *surface);
void wn_surface_free(struct surface *surface);

/* How far the surface at a cell is from the value of the cell's region. */
static inline double surface_offset(const struct surface *s, size_t cell)
{
    const struct cell_position *slope = &s->slope[s->map->cell_region[cell]];
    const struct cell_position *place = &s->map->cell_position[cell];
    return slope->x * place->x + slope->y * place->y;
}

static inline double surface_at(const struct surface *s, size_t cell)
{
    return s->value[s->map->cell_region[cell]] + surface_offset(s, cell);
}

/* The surface of means of regions at each cell, with its norm: what a pixel of it is expected to
 * be. */
wn_status wn_surface_of_means(const wn_map *map, const double *mean, float *expected);

#endif
