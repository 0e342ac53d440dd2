/* The Gaussian law of the decoder: piecewise uniform between 1025 quantiles.
 *
 * A table, because erf and its inverse are libm's and may differ in the last bit from machine to
 * machine (promise P4). Positions in the table run from 0 to QUANTILES and are QUANTILES times the
 * probability. */
#ifndef WN_QUANTILES_H
#define WN_QUANTILES_H

#define QUANTILES 1024

/* The whole table. */
void quantiles_fill(double quantile[QUANTILES + 1]);

/* The value at a position, 0 <= position <= QUANTILES. */
static inline double quantile_of(const double quantile[QUANTILES + 1], double position)
{
    const int i = position < QUANTILES ? (int)position : QUANTILES - 1;
    return quantile[i] + (position - i) * (quantile[i + 1] - quantile[i]);
}

/* The position of a value. */
double quantile_below(const double quantile[QUANTILES + 1], double z);

/* The mean of the law truncated at a position. */
double quantile_mean(const double quantile[QUANTILES + 1], double below);

/* The spread of that law about its mean. */
double quantile_sigma(const double quantile[QUANTILES + 1], double below);

#endif
