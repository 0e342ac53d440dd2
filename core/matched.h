/* The matched filter: pixels about which the counts, filtered, may stand out of what is expected.
 *
 * With x the count of a pixel and m = mean * level what is expected of it (levels.h), both 0 for
 * flagged pixels and outside the frame, S = k * k * x and E = k * k * m are the filtered counts.
 * The kernel k is a box or a Gaussian, scaled by sum(k) / sum(k^2): S has the variance E D, like a
 * count (D: dispersion). Floats are taken as x = value - mean + variance and m = variance, so that
 * the same holds with D = 1. */
#ifndef WN_MATCHED_H
#define WN_MATCHED_H

#include "critical.h"
#include "levels.h"

/* Rows and columns that are worked through at a time: the rows of a filter fit the fastest memory.
 */
#define MATCHED_ROWS    256u
#define MATCHED_COLUMNS 512u

#define LARGEST_RADIUS 30

/* Weights from the middle of the filter outwards, along rows and columns alike; each but the first
 * is for both sides. */
struct kernel {
    size_t radius;
    float weight[LARGEST_RADIUS + 1];
};

/* A Gaussian of so many pixels sigma, cut off at the radius; 0: a box. 1 <= radius. */
struct kernel kernel_make(double width, size_t radius);

struct matched {
    const wn_map *map;
    const struct pixels *pixels;
    const float *mean;       /* [cells] */
    const float *variance;   /* [cells] floats; NULL for counts */
    const float *dispersion; /* [cells] */
    struct levels levels;    /* counts; level NULL: 1 everywhere */
    struct kernel kernel;
    float factor;     /* candidates have (S - E)^2 > factor E D, S > E, */
    float own_factor; /* or the same of the pixel by itself; infinity: none does */
};

/* Counts and means of pixels of a row, filtered and as they are. */
struct matched_row {
    const float *filtered_count, *filtered_mean, *count, *mean;
};

/* A part of a strip of rows. */
struct matched_block {
    size_t first_row, end_row;
    size_t first_column, columns;
};

/* What is done with candidate `i` of row y of a block; its pixel is y * width + first_column + i.
 */
struct matched_sink {
    void (*take)(void *context, const struct matched_block *block, const struct matched_row *row,
                 size_t y, size_t i);
    void *context;
};

struct matched_work;
struct matched_work *matched_work_new(void);
void matched_work_free(struct matched_work *work);

/* Hands over the candidates of a block and of `halo` rows above and below it, row by row. */
void matched_search(const struct matched *matched, const struct matched_block *block, size_t halo,
                    const struct matched_sink *sink, struct matched_work *work);

#endif
