/* Binomial splits from alias tables for up to 31 counts, from several such draws for up to 248, and
 * from the Gaussian approximation for more. The probability is dithered between the 64ths of the
 * tables by a multiplicative hash of the random word (Knuth, The Art of Computer Programming 3,
 * 6.4); the words of further draws come from Wellons' hash lowbias32 (2018,
 * github.com/skeeto/hash-prospector). A few look-ups a split; groups of 16 splits vectorise. */
#include "stats/binomial.h"

#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "common/bitexact_math.h"
#include "common/simd.h"
#include "stats/alias_table.h"
#include "stats/gauss_quantiles.h"

/* ---- the tables ---------------------------------------------------------------------------- */

/* Weights of the counts 0 to n, not normalised: the binomial distribution of n and p / 64. Returns
 * their sum. */
static double binomial_weights(uint32_t p, uint32_t n, double weight[BINOMIAL_PIECE + 1])
{
    if (p == BINOMIAL_STEPS) {
        for (uint32_t k = 0; k < n; k++)
            weight[k] = 0;
        weight[n] = 1;
        return 1;
    }
    const double odds = (double)p / (BINOMIAL_STEPS - p);
    double sum = 1;
    weight[0] = 1;
    for (uint32_t k = 1; k <= n; k++) {
        weight[k] = weight[k - 1] * ((double)(n - k + 1) / k * odds);
        sum += weight[k];
    }
    return sum;
}

void wn_binomial_tables_fill(struct binomial_tables *tables)
{
    double weight[BINOMIAL_PIECE + 1];
    for (uint32_t p = 0; p <= BINOMIAL_STEPS; p++) {
        for (uint32_t n = 0; n <= BINOMIAL_PIECE; n++) {
            const double sum = binomial_weights(p, n, weight);
            wn_alias_table_fill(weight, sum, n + 1, BINOMIAL_PIECE + 1, tables->column[p][n]);
        }
    }
    wn_gauss_quantiles_fill(tables->quantile);
}

/* ---- drawing ------------------------------------------------------------------------------- */

/* Draw from n <= BINOMIAL_PIECE counts. */
static inline uint32_t draw_piece(const struct binomial_tables *tables, uint32_t n, float share,
                                  uint32_t random)
{
    const int32_t dither = (int32_t)((random * 0x9e3779b1u) >> 16);
    const uint32_t step =
        (uint32_t)(int32_t)(share * (float)BINOMIAL_STEPS + (float)dither * (1.0f / 65536));
    /* Beyond the table only if the share is not in 0 to 1. */
    const uint32_t p = step < BINOMIAL_STEPS ? step : BINOMIAL_STEPS;
    return alias_table_draw(tables->column[0][0], (p << 10 | n << 5) << 8 | 27, random);
}

/* lowbias32 */
static uint32_t hash(uint32_t r)
{
    r ^= r >> 16;
    r *= 0x7feb352du;
    r ^= r >> 15;
    r *= 0x846ca68bu;
    return r ^ r >> 16;
}

static uint32_t draw_pieces(const struct binomial_tables *tables, uint32_t n, float share,
                            uint32_t random)
{
    uint32_t sum = 0;
    for (; n > BINOMIAL_PIECE; n -= BINOMIAL_PIECE) {
        sum += draw_piece(tables, BINOMIAL_PIECE, share, random);
        random = hash(random + 0x9e3779b9u);
    }
    return sum + draw_piece(tables, n, share, random);
}

static uint32_t draw_gaussian(const struct binomial_tables *tables, uint32_t n, double share,
                              uint32_t random)
{
    const double z = gauss_quantile_at(tables->quantile, random * (GAUSS_QUANTILES / 4294967296.0));
    const double v = n * share + sqrt(n * share * (1 - share)) * z + 0.5;
    return !(v >= 1) ? 0 : v >= n ? n : (uint32_t)v;
}

uint32_t wn_binomial_split(const struct binomial_tables *tables, uint32_t n, float first,
                           float second, uint32_t random)
{
    const float share = share_of(first, second);
    return n > BINOMIAL_MAX_PIECEWISE ? draw_gaussian(tables, n, (double)share, random)
                                      : draw_pieces(tables, n, share, random);
}

/* ---- arrays of splits ---------------------------------------------------------------------- */

/* Splits that are processed together, for the vector unit. */
#define LANES 16

/* State of LANES splits between the draws of their pieces. */
struct binomial_lanes {
    uint32_t left[LANES]; /* counts not drawn yet */
    uint32_t random[LANES];
    float share[LANES];
};

/* Draw the first pieces. Splits of more than BINOMIAL_MAX_PIECEWISE counts get a result that the
 * caller replaces. Returns whether any split is not complete. */
static inline bool draw_first_pieces(const struct binomial_tables *restrict tables,
                                     const uint32_t *restrict n, const float *restrict first,
                                     const float *restrict second, const uint32_t *restrict random,
                                     struct binomial_lanes *restrict lanes,
                                     uint32_t *restrict to_first)
{
    uint32_t more = 0;
    for (size_t k = 0; k < LANES; k++) {
        const uint32_t piece = n[k] < BINOMIAL_PIECE ? n[k] : BINOMIAL_PIECE;
        const float share = share_of(first[k], second[k]);
        to_first[k] = draw_piece(tables, piece, share, random[k]);
        more |= n[k] - piece;
        lanes->left[k] = n[k] > BINOMIAL_MAX_PIECEWISE ? 0 : n[k] - piece;
        lanes->random[k] = random[k];
        lanes->share[k] = share;
    }
    return more > 0;
}

/* Draw the next pieces. Returns whether any counts are left. */
static inline bool draw_next_pieces(const struct binomial_tables *restrict tables,
                                    struct binomial_lanes *restrict lanes,
                                    uint32_t *restrict to_first)
{
    uint32_t more = 0;
    for (size_t k = 0; k < LANES; k++) {
        const uint32_t left = lanes->left[k], piece = left < BINOMIAL_PIECE ? left : BINOMIAL_PIECE;
        const uint32_t random = hash(lanes->random[k] + 0x9e3779b9u);
        to_first[k] += draw_piece(tables, piece, lanes->share[k], random);
        more |= left - piece;
        lanes->left[k] = left - piece;
        lanes->random[k] = random;
    }
    return more > 0;
}

/* `count` is a multiple of LANES. Most splits are complete after their first piece. */
WN_MULTIVERSION
static void split_lanes(const struct binomial_tables *restrict tables, const uint32_t *restrict n,
                        const float *restrict first, const float *restrict second,
                        const uint32_t *restrict random, size_t count, uint32_t *restrict to_first)
{
    for (size_t i = 0; i < count; i += LANES) {
        struct binomial_lanes lanes;
        if (!draw_first_pieces(tables, n + i, first + i, second + i, random + i, &lanes,
                               to_first + i))
            continue;
        while (draw_next_pieces(tables, &lanes, to_first + i))
            ;
        for (size_t k = i; k < i + LANES; k++) {
            if (n[k] > BINOMIAL_MAX_PIECEWISE)
                to_first[k] = wn_binomial_split(tables, n[k], first[k], second[k], random[k]);
        }
    }
}

void wn_binomial_split_many(const struct binomial_tables *tables, const uint32_t *n,
                            const float *first, const float *second, const uint32_t *random,
                            size_t count, uint32_t *to_first)
{
    const size_t in_lanes = count / LANES * LANES;
    split_lanes(tables, n, first, second, random, in_lanes, to_first);
    for (size_t i = in_lanes; i < count; i++)
        to_first[i] = wn_binomial_split(tables, n[i], first[i], second[i], random[i]);
}

/* ---- tables made on demand ----------------------------------------------------------------- */

struct binomial_store {
    _Atomic(struct binomial_tables *) tables;
};

struct binomial_store *wn_binomial_store_create(void)
{
    struct binomial_store *store = malloc(sizeof *store);
    if (store)
        atomic_init(&store->tables, NULL);
    return store;
}

void wn_binomial_store_free(struct binomial_store *store)
{
    if (!store)
        return;
    free(atomic_load(&store->tables));
    free(store);
}

const struct binomial_tables *wn_binomial_store_get(struct binomial_store *store)
{
    struct binomial_tables *present = atomic_load(&store->tables);
    if (present)
        return present;
    struct binomial_tables *made = malloc(sizeof *made);
    if (!made)
        return NULL;
    wn_binomial_tables_fill(made);
    if (atomic_compare_exchange_strong(&store->tables, &present, made))
        return made;
    free(made); /* another thread was faster */
    return present;
}
