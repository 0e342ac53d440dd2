/* Thresholds: the values above which pixels stand out of the background. */
#ifndef WN_PICK_THRESHOLD_H
#define WN_PICK_THRESHOLD_H

#include "background/surface.h"

/* How the threshold of a pixel follows from the background. */
enum pick_method {
    PICK_QUANTILE,  /* counts: the quantile of the distribution of the cell */
    PICK_PUBLISHED, /* mean + max(noise, pick sqrt(sigma^2 + noise^2)), with the mean of the cell */
    PICK_BY_PIXEL,  /* the same, mean and sigma interpolated between the middles of two rings to the
                       radius of the pixel, as pyFAI does */
};

struct pick_rule {
    enum pick_method method;
    double pick;               /* sigma */
    double noise;              /* counts */
    const double *mean;        /* [regions], gaps filled */
    const double *sigma;       /* [regions] */
    double *dark;              /* [regions] pixels below this, normalised, are dark */
    bool *keep_all;            /* [regions] too few pixels for statistics: all are kept */
    struct surface background; /* of the means */
};

/* Thresholds of one cell, in counts, not normalised: pixels up to `low` are dropped, those above
 * `high` are kept, and those between are decided by wn_pick_pixel(). */
struct threshold {
    double low, high;
};

struct threshold wn_threshold_of_cell(const struct pick_rule *rule, size_t cell);

/* The threshold of PICK_PUBLISHED in the middle of a region, normalised. */
double wn_threshold_of_region(const struct pick_rule *rule, size_t region);

/* The background at a pixel, normalised: interpolated between the rings, or, for tiles, that of the
 * cell. */
struct expected_background {
    double mean, sigma;
};

struct expected_background wn_expected_at(const struct pick_rule *rule, size_t pixel);

/* Whether a pixel is kept by PICK_BY_PIXEL. */
bool wn_pick_pixel(const struct pick_rule *rule, size_t pixel, double value);

#endif
