/* The decoder's Gaussian distribution: piecewise uniform between 1025 quantiles.
 *
 * It is tabulated because erf() and its inverse may differ in the last bit between machines
 * (promise P4). Positions in the table run from 0 to GAUSS_QUANTILES and are GAUSS_QUANTILES times
 * the cumulative probability. */
#ifndef WN_STATS_GAUSS_QUANTILES_H
#define WN_STATS_GAUSS_QUANTILES_H

#define GAUSS_QUANTILES 1024

/* Fill the table. */
void wn_gauss_quantiles_fill(double quantile[GAUSS_QUANTILES + 1]);

/* The value at a position, 0 <= position <= GAUSS_QUANTILES. */
static inline double gauss_quantile_at(const double quantile[GAUSS_QUANTILES + 1], double position)
{
    const int i = position < GAUSS_QUANTILES ? (int)position : GAUSS_QUANTILES - 1;
    return quantile[i] + (position - i) * (quantile[i + 1] - quantile[i]);
}

/* The position of a value; 0 or GAUSS_QUANTILES outside of the table. */
double wn_gauss_quantile_position(const double quantile[GAUSS_QUANTILES + 1], double z);

/* The mean of the distribution truncated above a position. */
double wn_gauss_quantile_mean(const double quantile[GAUSS_QUANTILES + 1], double below);

/* The standard deviation of the same. */
double wn_gauss_quantile_sigma(const double quantile[GAUSS_QUANTILES + 1], double below);

#endif
