/* The background distributions of all cells of a frame, as tables to draw from. The tables are the
 * same on every machine. */
#ifndef WN_DECODE_CELL_DISTRIBUTIONS_H
#define WN_DECODE_CELL_DISTRIBUTIONS_H

#include "format/profile.h"
#include "stats/alias_table.h"
#include "stats/gauss_quantiles.h"

/* A Gaussian truncated above. A draw is mean + sigma * quantile(u * below), u in 0 to 1. */
struct truncated_gauss {
    double mean, sigma;
    double below; /* position of the truncation in the table of quantiles */
    double limit; /* counts: the largest that may be drawn */
};

struct cell_distributions {
    /* Counts: an alias table of 2^bits columns for each cell, see alias_table_draw(). table[cell] =
     * first column << 8 | 32 - bits, or GAUSS_CELL: see gauss[cell]. */
    uint32_t *table; /* [cells] */
    uint32_t *column;

    /* NULL if no distribution is Gaussian */
    struct truncated_gauss *gauss; /* [cells] */
    double quantile[GAUSS_QUANTILES + 1];
};

#define GAUSS_CELL UINT32_MAX

/* Tables for counts; first_kept: [cells] counts below it are drawn, 0 = none. WN_ERR_CORRUPT: the
 * profile gives no valid distribution. */
wn_status wn_cell_distributions_of_counts(const wn_map *map, const struct profile *profile,
                                          const uint32_t *first_kept,
                                          struct cell_distributions *tables);

/* Gaussians for floats. */
wn_status wn_cell_distributions_of_reals(const wn_map *map, const struct profile *profile,
                                         struct cell_distributions *tables);

void wn_cell_distributions_free(struct cell_distributions *tables);

/* Means of the truncated distributions of all cells, for decoding without noise. */
wn_status wn_cell_means_of_counts(const wn_map *map, const struct profile *profile,
                                  const uint32_t *first_kept, double *mean);
wn_status wn_cell_means_of_reals(const wn_map *map, const struct profile *profile, double *mean);

/* Standard deviations of those distributions, before values are rounded to counts. */
wn_status wn_cell_sigmas_of_counts(const wn_map *map, const struct profile *profile,
                                   const uint32_t *first_kept, const double *mean, double *sigma);
wn_status wn_cell_sigmas_of_reals(const wn_map *map, const struct profile *profile, double *sigma);

/* Draw one value from a truncated Gaussian. */
static inline double draw_gauss(const struct cell_distributions *tables,
                                const struct truncated_gauss *gauss, uint32_t random)
{
    const double position = random * (1.0 / 4294967296.0) * gauss->below;
    return gauss->mean + gauss->sigma * gauss_quantile_at(tables->quantile, position);
}

/* Round a Gaussian draw to a count, half up, clamped to 0 ... limit. */
static inline uint32_t count_of_real(const struct truncated_gauss *gauss, double value)
{
    const double v = value + 0.5;
    return !(v >= 1) ? 0 : v > gauss->limit ? (uint32_t)gauss->limit : (uint32_t)v;
}

#endif
