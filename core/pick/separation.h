/* A separated frame as the encoder needs it. */
#ifndef WN_PICK_SEPARATION_H
#define WN_PICK_SEPARATION_H

#include "format/kept_grid.h"
#include "frame/rects.h"

/* The background pixels of a region: their number, and the sums of their differences from the mean
 * of the region (struct separation) and of the squares of these. */
struct background_sums {
    double n, sum, sum2;
};

struct separation {
    wn_separation result; /* what wn_separate() returns; must be first */
    const wn_map *map;
    bool real;                               /* the pixels are floats */
    struct rect_list flagged;                /* restored exactly */
    struct background_sums *background_sums; /* [regions] */
    uint32_t *cell_pixels;                   /* [cells] that are not flagged */
    double *mean, *sigma; /* [regions] background, gaps filled, from which the thresholds follow */

    /* integers: the lowest value that is kept in a cell; with PICK_BY_PIXEL some pixels at or above
     * it are background as well. 0: all pixels are kept. */
    uint32_t *first_kept; /* [cells] */

    /* floats: the threshold in the middle of a region */
    double *limit; /* [regions] */

    /* For a kept grid, or if all is kept (pick/keep_policy.h). `kind` is NULL if single pixels are
     * kept. */
    uint8_t *kind;         /* [pixels], wn_pixel_kind */
    struct kept_grid grid; /* square NULL: all are kept */
    unsigned block_edge;   /* of the blocks whose background counts are summed up; 0: no blocks */
    unsigned evenness;     /* wn_pair_evenness() */
    size_t blocks;         /* those that have background pixels */
    uint32_t *block_sum;   /* [blocks] */
};

/* Whether the background is drawn from the distributions of cells, not from sums of blocks. */
static inline bool separation_draws_distributions(const struct separation *s)
{
    return !s->kind || (s->grid.square && s->block_edge == 0);
}

void wn_separation_destroy(struct separation *separation);

/* Expected count of a background pixel of each cell, and dispersion (variance / mean) of each
 * region, from mean and sigma of the regions. */
wn_status wn_separation_expected(const struct separation *separation, float *mean);
void wn_separation_dispersion(const struct separation *separation, double *dispersion);

/* Allocate the arrays of a separation whose map, `real` and flagged rectangles are set. */
wn_status wn_separation_allocate(struct separation *separation);

/* Fill in cell_pixels. */
void wn_separation_count_unflagged(struct separation *separation);

#endif
