/* The map: which ring or tile (region) and which cell each pixel belongs to.
 *
 * Statistics are taken over regions. A cell is a part of a region that is so small that all its
 * pixels share one background distribution: 1/8 of a ring's width, or 1/16 of a tile; with
 * normalisation half a ring's width and one of 16 classes of norm. Distributions and thresholds are
 * computed per cell and looked up per pixel. Cell numbers have 16 bits. */
#ifndef WN_GEOMETRY_MAP_H
#define WN_GEOMETRY_MAP_H

#include "geometry/geometry.h"
#include "geometry/model.h"
#include "stats/binomial.h"

/* Position of the middle of a cell relative to the middle of its region, in widths of regions.
 * Rings: x points outwards, y is 0. Tiles: x is right, y is down. */
struct cell_position {
    double x, y;
};

struct wn_map {
    struct model model;
    uint32_t height, width;
    size_t regions, cells;
    size_t cell_stride;   /* from a cell's number to that of its neighbour further out or down */
    size_t region_stride; /* the same for regions */
    double step_width;    /* width of a cell across the rings, in rings; radial models */
    struct geometry geometry;

    uint16_t *cell;                      /* [height * width] */
    uint32_t *cell_region;               /* [cells] */
    uint32_t *cell_pixels;               /* [cells], number of pixels */
    struct cell_position *cell_position; /* [cells] */
    double *cell_norm;             /* [cells], in the middle of the cell; 1 without normalisation */
    double *cell_norm_min;         /* [cells], the span of the norms of its pixels */
    double *cell_norm_max;         /* [cells] */
    float *norm;                   /* [height * width], NULL without normalisation */
    uint8_t *valid;                /* [height * width], NULL if all are */
    struct binomial_store *splits; /* tables for drawing the counts of blocks, made on demand */
};

/* The map of a model; the radii of a radial model must be set. Errors: WN_ERR_MEMORY,
 * WN_ERR_SHAPE (more than 65536 cells, or no pixels). */
wn_status wn_map_of_model(const struct model *model, uint32_t height, uint32_t width, wn_map **map);

/* Whether the cells of a model on such frames can be numbered with 16 bits. */
bool wn_map_can_number_cells(const struct model *model, uint32_t height, uint32_t width);

/* Whether the map was made from this model, compared in its stored form, for such frames. */
bool wn_map_has_model(const wn_map *map, const struct model *model, uint32_t height,
                      uint32_t width);

/* Position of a pixel relative to the middles of the rings: the integer part is a region, the
 * fraction the distance towards the next one, 0 to 1. Radial models only. */
double wn_map_ring_position(const wn_map *map, size_t pixel);

#endif
