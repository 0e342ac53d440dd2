/* The Gaussian law of the decoder: piecewise uniform between 1025 quantiles.
 *
 * A table, because erf and its inverse are libm's and may differ in the last bit from machine to
 * machine (promise P4). Positions in the table run from 0 to GAUSS_QUANTILES and are
 * GAUSS_QUANTILES times the probability. */
#ifndef WN_STATS_GAUSS_QUANTILES_H
#define WN_STATS_GAUSS_QUANTILES_H

#define GAUSS_QUANTILES 1024

/* The whole table. */
void wn_gauss_quantiles_fill(double quantile[GAUSS_QUANTILES + 1]);

/* The value at a position, 0 <= position <= GAUSS_QUANTILES. */
static inline double gauss_quantile_at(const double quantile[GAUSS_QUANTILES + 1], double position)
{
    const int i = position < GAUSS_QUANTILES ? (int)position : GAUSS_QUANTILES - 1;
    return quantile[i] + (position - i) * (quantile[i + 1] - quantile[i]);
}

/* The position of a value. */
double wn_gauss_quantile_position(const double quantile[GAUSS_QUANTILES + 1], double z);

/* The mean of the law truncated at a position. */
double wn_gauss_quantile_mean(const double quantile[GAUSS_QUANTILES + 1], double below);

/* The spread of that law about its mean. */
double wn_gauss_quantile_sigma(const double quantile[GAUSS_QUANTILES + 1], double below);

#endif
