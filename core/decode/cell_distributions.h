/* The background laws of all cells of a frame, ready to be drawn from. Fixed arithmetic: the tables
 * come out the same on every machine. */
#ifndef WN_DECODE_CELL_DISTRIBUTIONS_H
#define WN_DECODE_CELL_DISTRIBUTIONS_H

#include "format/profile.h"
#include "stats/alias_table.h"
#include "stats/gauss_quantiles.h"

/* A Gaussian truncated above. A draw is mean + sigma * quantile(u * below), u in 0 to 1. */
struct truncated_gauss {
    double mean, sigma;
    double below; /* position of the limit in the table of quantiles */
    double limit; /* counts: the largest that may come out */
};

struct cell_distributions {
    /* Counts: an alias table of 2^bits columns for each cell, to be drawn from by
     * alias_table_draw(). table[cell] = first column << 8 | 32 - bits; GAUSS: see gauss[cell]. */
    uint32_t *table; /* [cells] */
    uint32_t *column;

    /* NULL if no law is Gaussian */
    struct truncated_gauss *gauss; /* [cells] */
    double quantile[GAUSS_QUANTILES + 1];
};

#define GAUSS UINT32_MAX

/* Laws of counts for drawing; first_kept is that of the separation. WN_ERR_CORRUPT: the profile
 * gives no law. */
wn_status wn_cell_distributions_of_counts(const wn_map *map, const struct profile *profile,
                                          const uint32_t *first_kept,
                                          struct cell_distributions *laws);

/* Laws of floats. */
wn_status wn_cell_distributions_of_reals(const wn_map *map, const struct profile *profile,
                                         struct cell_distributions *laws);

void wn_cell_distributions_free(struct cell_distributions *laws);

/* Means of the truncated laws of all cells, for restoring without noise. */
wn_status wn_cell_means_of_counts(const wn_map *map, const struct profile *profile,
                                  const uint32_t *first_kept, double *mean);
wn_status wn_cell_means_of_reals(const wn_map *map, const struct profile *profile, double *mean);

/* The spreads of those laws about their means, before values are rounded to counts. */
wn_status wn_cell_sigmas_of_counts(const wn_map *map, const struct profile *profile,
                                   const uint32_t *first_kept, const double *mean, double *sigma);
wn_status wn_cell_sigmas_of_reals(const wn_map *map, const struct profile *profile, double *sigma);

/* One value from a Gaussian law. */
static inline double draw_gauss(const struct cell_distributions *laws,
                                const struct truncated_gauss *law, uint32_t random)
{
    const double position = random * (1.0 / 4294967296.0) * law->below;
    return law->mean + law->sigma * gauss_quantile_at(laws->quantile, position);
}

/* A Gaussian draw as a count: rounded half up, in 0 to the limit. */
static inline uint32_t count_of_real(const struct truncated_gauss *law, double value)
{
    const double v = value + 0.5;
    return !(v >= 1) ? 0 : v > law->limit ? (uint32_t)law->limit : (uint32_t)v;
}

#endif
