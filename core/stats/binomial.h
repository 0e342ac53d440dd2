/* Binomial split of counts between the two halves of a block. Applied recursively, it draws the
 * pixels of a block whose sum is known. Each count falls to the first half with the probability
 *
 *     share = first / (first + second), in float; 1/2 if that sum is 0,
 *
 * first and second being the expected counts of the halves, >= 0 and finite. The results are the
 * same on every machine (promise P4) for the same 32 random bits r. With
 *
 *     hash(r): r ^= r >> 16; r *= 0x7feb352d; r ^= r >> 15; r *= 0x846ca68b; r ^= r >> 16
 *
 * up to 31 counts are drawn from the table of p = min(64, floor(share * 64 + d / 65536)) 64ths, in
 * float, where the dither d = (r * 0x9e3779b1 mod 2^32) >> 16 makes the mean that of the share
 * rounded down to 2^-22. 32 to 248 counts are drawn in pieces of 31 and a rest, the first with
 * r, each next one with r = hash(r + 0x9e3779b9). More counts, n, are Gaussian, in double:
 *
 *     v = n P + sqrt(n P (1 - P)) z + 0.5, from left to right, P = share,
 *     z = gauss_quantile_at(r / 2^32 * 1024);
 *
 * 0 unless v >= 1, n if v >= n, else floor(v). */
#ifndef WN_STATS_BINOMIAL_H
#define WN_STATS_BINOMIAL_H

#include <stddef.h>
#include <stdint.h>

#include "stats/gauss_quantiles.h"

/* Steps of the probability in the tables, and the maximum number of counts of one draw. */
#define BINOMIAL_STEPS 64
#define BINOMIAL_PIECE 31

/* Counts up to this are drawn in pieces, more from a Gaussian. */
#define BINOMIAL_MAX_PIECEWISE 248

struct binomial_tables {
    /* Alias tables of 32 columns (stats/alias_table.h) for the probability p / 64 and n counts,
     * column[p][n]. The weights are binomial, in double: weight(0) = 1, weight(k)
     * = weight(k - 1) * (((n - k + 1) / k) * (p / (64 - p))), and their sum is taken in the order
     * of k. p = 64: weight(n) = 1, all others 0. */
    uint32_t column[BINOMIAL_STEPS + 1][BINOMIAL_PIECE + 1][BINOMIAL_PIECE + 1];
    double quantile[GAUSS_QUANTILES + 1];
};

/* Fill the tables, 274 kB. Takes about half a millisecond: do it once. */
void wn_binomial_tables_fill(struct binomial_tables *tables);

/* Tables made on first use, by any thread: most maps never need them, and a map may serve thousands
 * of chunks. */
struct binomial_store;
struct binomial_store *wn_binomial_store_create(void); /* NULL: no memory */
void wn_binomial_store_free(struct binomial_store *store);

/* The tables, or NULL if there is no memory for them. */
const struct binomial_tables *wn_binomial_store_get(struct binomial_store *store);

/* The share of the first half. Branch-free, and without 0 / 0, which would raise a floating-point
 * exception in programs that trap them. */
static inline float share_of(float first, float second)
{
    const float sum = first + second;
    const float none = (float)(sum == 0);
    return (first + 0.5f * none) / (sum + none);
}

/* Returns how many of n counts fall to the first half, 0 to n, by 32 random bits. */
uint32_t wn_binomial_split(const struct binomial_tables *tables, uint32_t n, float first,
                           float second, uint32_t random);

/* The same for `count` splits: to_first[i] of n[i]. to_first overlaps none of the others. */
void wn_binomial_split_many(const struct binomial_tables *tables, const uint32_t *n,
                            const float *first, const float *second, const uint32_t *random,
                            size_t count, uint32_t *to_first);

#endif
