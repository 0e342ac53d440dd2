/* The map: which ring or tile (region) and which cell each pixel belongs to.
 *
 * A region is where statistics are taken. A cell is a part of a region that is so small that all
 * its pixels share one background law: 1/8 of a ring's width, or 1/16 of a tile; with normalisation
 * half a ring's width and one of 16 classes of norm. Laws and thresholds are computed per cell and
 * looked up per pixel. Cell numbers fit 16 bits. */
#ifndef WN_GEOMETRY_MAP_H
#define WN_GEOMETRY_MAP_H

#include "geometry/geometry.h"
#include "geometry/model.h"
#include "stats/binomial.h"

/* Where the middle of a cell lies in its region, from the middle of the region and in units of
 * regions. Rings: x points outwards, y is 0. Tiles: x is right, y is down. */
struct cell_position {
    double x, y;
};

struct wn_map {
    struct model model;
    uint32_t height, width;
    size_t regions, cells;
    size_t cell_stride;   /* distance of a cell from its neighbour one step further out or down */
    size_t region_stride; /* the same for regions */
    double step_width;    /* width of a cell across the rings, in rings; radial models */
    struct geometry geometry;

    uint16_t *cell;                      /* [height * width] */
    uint32_t *cell_region;               /* [cells] */
    uint32_t *cell_pixels;               /* [cells], how many pixels it has */
    struct cell_position *cell_position; /* [cells] */
    double *cell_norm;             /* [cells], in the middle of the cell; 1 without normalisation */
    double *cell_norm_min;         /* [cells], the span of the norms of its pixels */
    double *cell_norm_max;         /* [cells] */
    float *norm;                   /* [height * width], NULL without normalisation */
    uint8_t *valid;                /* [height * width], NULL if all are */
    struct binomial_store *splits; /* for drawing the counts of blocks; the same for every map */
};

/* The map of a model; the radii of a radial model must be set. Errors: WN_ERR_MEMORY,
 * WN_ERR_SHAPE (more than 65536 cells, or no pixels). */
wn_status wn_map_of_model(const struct model *model, uint32_t height, uint32_t width, wn_map **map);

/* Whether a model's cells can be numbered with 16 bits on such frames. */
bool wn_map_can_number_cells(const struct model *model, uint32_t height, uint32_t width);

bool wn_map_has_model(const wn_map *map, const struct model *model, uint32_t height,
                      uint32_t width);

/* Position of a pixel between the middles of the rings: the whole part is a region, the fraction
 * is how far it is towards the next one. Radial models only. */
double wn_map_ring_position(const wn_map *map, size_t pixel);

#endif
