/* Splitting counts between two halves of a block, by which the pixels of a block are drawn whose
 * sum is known. Each of the counts falls to the first half with the probability
 *
 *     share = first / (first + second), in float; 1/2 if that sum is 0,
 *
 * first and second being the expected counts of the halves, >= 0 and finite. Fixed arithmetic: the
 * same results on every machine, from the same 32 random bits r. With
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

/* Steps of the probability in the tables, and the most counts that are drawn by one of them. */
#define BINOMIAL_STEPS 64
#define BINOMIAL_PIECE 31

/* More counts are drawn from a Gaussian. */
#define BINOMIAL_GAUSS_MIN_COUNTS 248

struct binomial_tables {
    /* Alias tables of 32 columns (stats/alias_table.h) for the probability p / 64 and n counts,
     * column[p][n]. The weights are those of the binomial law, in double: weight(0) = 1, weight(k)
     * = weight(k - 1) * (((n - k + 1) / k) * (p / (64 - p))), and their sum is taken in the order
     * of k. p = 64: weight(n) = 1, all others 0. */
    uint32_t column[BINOMIAL_STEPS + 1][BINOMIAL_PIECE + 1][BINOMIAL_PIECE + 1];
    double quantile[GAUSS_QUANTILES + 1];
};

/* The tables, 274 kB. Takes about half a millisecond: do it once. */
void wn_binomial_tables_fill(struct binomial_tables *splits);

/* Tables that are made when they are first asked for, by one of several threads: most maps never
 * need them, and others are made for thousands of chunks. */
struct binomial_store;
struct binomial_store *wn_binomial_store_create(void); /* NULL: no memory */
void wn_binomial_store_free(struct binomial_store *store);

/* The tables, or NULL if there is no memory for them. */
const struct binomial_tables *wn_binomial_store_get(struct binomial_store *store);

/* The share of the first half. Without a branch, and without dividing 0 by 0, which would stop
 * programs that trap that. */
static inline float share_of(float first, float second)
{
    const float sum = first + second;
    const float none = (float)(sum == 0);
    return (first + 0.5f * none) / (sum + none);
}

/* How many of n counts fall to the first half, 0 to n, by 32 random bits. */
uint32_t wn_binomial_split(const struct binomial_tables *splits, uint32_t n, float first,
                           float second, uint32_t random);

/* The same for `count` splits: to_first[i] of n[i]. to_first overlaps none of the others. */
void wn_binomial_split_many(const struct binomial_tables *splits, const uint32_t *n,
                            const float *first, const float *second, const uint32_t *random,
                            size_t count, uint32_t *to_first);

#endif
