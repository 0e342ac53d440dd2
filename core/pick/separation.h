/* A separated frame, with all that the encoder needs of it. */
#ifndef WN_PICK_SEPARATION_H
#define WN_PICK_SEPARATION_H

#include "format/kept_grid.h"
#include "frame/rects.h"

/* The dropped pixels of a region: how many, and the sums of their differences from the mean of the
 * region's background (struct separation) and of the squares of these. */
struct background_sums {
    double n, sum, sum2;
};

struct separation {
    wn_separation result; /* what wn_separate() shows; must be first */
    const wn_map *map;
    bool real;                       /* the pixels are floats */
    struct rect_list flagged;        /* restored exactly */
    struct background_sums *dropped; /* [regions] */
    uint32_t *cell_pixels;           /* [cells] that are not flagged */
    double *mean, *sigma; /* [regions] background, gaps filled: what thresholds came from */

    /* integers: the lowest value that is kept in a cell; a pixel at or above it may still have been
     * dropped by the published rule, which decides pixel by pixel. 0: all pixels are kept. */
    uint32_t *first_kept; /* [cells] */

    /* floats: what pixels are compared with at the middle of a region */
    double *limit; /* [regions] */

    /* Where places are kept, or all (pick/keep_policy.h); kind is NULL where kept pixels are single
     * ones. */
    uint8_t *kind;         /* [pixels], wn_pixel_kind */
    struct kept_grid grid; /* square NULL: all are kept */
    unsigned edge;         /* of the blocks whose background counts are summed up; 0: none are */
    unsigned even;         /* see pick/pair_evenness.h */
    size_t sums;           /* of the blocks that have background pixels */
    uint32_t *sum;         /* [sums] */
};

/* Whether its background is drawn from the law alone. */
static inline bool separation_draws(const struct separation *s)
{
    return !s->kind || (s->grid.square && s->edge == 0);
}

void wn_separation_destroy(struct separation *separation);

/* What a background pixel of each cell counts, and the variance over the mean of each region, from
 * mean and sigma of the regions. */
wn_status wn_separation_expected(const struct separation *separation, float *mean);
void wn_separation_dispersion(const struct separation *separation, double *dispersion);

/* Make room for a separation whose map, `real` and flagged areas are set. */
wn_status wn_separation_allocate(struct separation *separation);

/* Fill in cell_pixels. */
void wn_separation_count_unflagged(struct separation *separation);

#endif
