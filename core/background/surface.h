/* Interpolation of values per region to the cells: a surface that is linear within each region,
 * with limited slopes.
 *
 * The slope of a region is the mean slope to its neighbours, but at most twice the step to either
 * one, and 0 at an extremum. At the ends of an axis, where there is only one step, it is at most a
 * quarter of the value. Thus the mean over a region is conserved, no value changes its sign, and
 * the edge of a shadow stays sharp: linear interpolation between the middles of regions would blur
 * it and misjudge the pixels on both sides. */
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

/* The surface at a cell minus the value of the cell's region. */
static inline double surface_offset(const struct surface *s, size_t cell)
{
    const struct cell_position *slope = &s->slope[s->map->cell_region[cell]];
    const struct cell_position *position = &s->map->cell_position[cell];
    return slope->x * position->x + slope->y * position->y;
}

static inline double surface_at(const struct surface *s, size_t cell)
{
    return s->value[s->map->cell_region[cell]] + surface_offset(s, cell);
}

/* expected[cell]: the count expected of a pixel of each cell, the surface of the regions' means
 * times the norm of the cell. */
wn_status wn_surface_of_means(const wn_map *map, const double *mean, float *expected);

#endif
