/* A separated frame, with all that the encoder needs of it. */
#ifndef WN_SEPARATE_H
#define WN_SEPARATE_H

#include "collect.h"
#include "places.h"

/* The dropped pixels of a region: how many, and the sums of their differences from the mean of the
 * region's background (struct separation) and of the squares of these. */
struct dropped {
    double n, sum, sum2;
};

struct separation {
    wn_separation result; /* what wn_separate() shows; must be first */
    const wn_map *map;
    bool real;                /* the pixels are floats */
    struct area_list flagged; /* restored exactly */
    struct dropped *dropped;  /* [regions] */
    uint32_t *cell_pixels;    /* [cells] that are not flagged */
    double *mean, *sigma;     /* [regions] background, gaps filled: what thresholds came from */

    /* integers: the lowest value that is kept in a cell; a pixel at or above it may still have been
     * dropped by the published rule, which decides pixel by pixel. 0: all pixels are kept. */
    uint32_t *first_kept; /* [cells] */

    /* floats: what pixels are compared with at the middle of a region */
    double *limit; /* [regions] */

    /* Where places are kept, or all (keep.h); kind is NULL where kept pixels are single ones. */
    uint8_t *kind;        /* [pixels], wn_pixel_kind */
    struct places places; /* square NULL: all are kept */
    unsigned edge;        /* of the blocks whose background counts are summed up; 0: none are */
    unsigned even;        /* see evenness.h */
    size_t sums;          /* of the blocks that have background pixels */
    uint32_t *sum;        /* [sums] */
};

/* Whether its background is drawn from the law alone. */
static inline bool separation_draws(const struct separation *s)
{
    return !s->kind || (s->places.square && s->edge == 0);
}

/* Separate one frame. */
wn_status separate(const wn_map *map, const wn_params *params, const struct pixels *pixels,
                   int threads, struct separation **separation);
void separation_free(struct separation *separation);

/* Its background alone: `mean` and `sigma`, and flagged areas but for dark pixels; nothing is
 * picked. `mask`: valid pixels of the frame without blank areas, to be freed by the caller; NULL:
 * as in the pixels. */
wn_status separate_background(const wn_map *map, const wn_params *params,
                              const struct pixels *pixels, int threads, uint8_t **mask,
                              struct separation **separation);

/* What a background pixel of each cell counts, and the variance over the mean of each region, from
 * mean and sigma of the regions. */
wn_status separation_expected(const struct separation *separation, float *mean);
void separation_dispersion(const struct separation *separation, double *dispersion);

/* Make room for a separation whose map, `real` and flagged areas are set. */
wn_status separation_allocate(struct separation *separation);

/* Fill in cell_pixels. */
void separation_count_unflagged(struct separation *separation);

/* The separation that a given frame is. `expected` gets the background of each pixel, in counts. */
wn_status separation_of_given(const wn_map *map, const wn_params *params,
                              const struct pixels *pixels, const wn_given_frame *given,
                              double *expected, struct separation **separation);

/* Values per region, where some regions have none worth having: those take theirs from their
 * neighbours, rings by interpolation, tiles by averaging. With no good region all become 0. */
wn_status fill_regions(const wn_map *map, const bool *good, double *value);

#endif
