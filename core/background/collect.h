/* First pass over a frame: sort its unflagged pixels by region and note the flagged ones. */
#ifndef WN_BACKGROUND_COLLECT_H
#define WN_BACKGROUND_COLLECT_H

#include "background/samples.h"
#include "frame/pixels.h"
#include "frame/rects.h"

struct collection {
    const wn_map *map;

    /* counts: one histogram per region */
    uint32_t *histogram;       /* [regions * depth]; NULL: the pixels were collected as reals */
    uint32_t depth;            /* bins of a histogram, one for each count */
    struct large_count *large; /* ascending by region, then by value */
    size_t n_large;

    /* reals: the values region by region */
    double *value;
    float *norm;         /* NULL without normalisation */
    size_t *first_value; /* [regions + 1] */
    size_t *values;      /* [regions] */

    struct rect_list areas; /* flagged pixels */
};

/* Collect a frame. Integers without normalisation are counted in histograms. All others are
 * collected as reals, and so are integers if more than 1/16 of them exceed the histograms. */
wn_status wn_collect_samples(const struct pixels *pixels, const wn_map *map, int threads,
                             struct collection *collection);
void wn_collection_free(struct collection *collection);

/* The samples of one region; they point into the collection. */
struct samples wn_collection_samples(const struct collection *collection, size_t region);

#endif
