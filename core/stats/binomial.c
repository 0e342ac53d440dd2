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

/* Weights of the counts 0 to n, not normalised: the binomial law of the probability p / 64. Returns
 * their sum. */
static double binomial(uint32_t p, uint32_t n, double weight[BINOMIAL_PIECE + 1])
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

void wn_binomial_tables_fill(struct binomial_tables *splits)
{
    double weight[BINOMIAL_PIECE + 1];
    for (uint32_t p = 0; p <= BINOMIAL_STEPS; p++) {
        for (uint32_t n = 0; n <= BINOMIAL_PIECE; n++) {
            const double sum = binomial(p, n, weight);
            wn_alias_table_fill(weight, sum, n + 1, BINOMIAL_PIECE + 1, splits->column[p][n]);
        }
    }
    wn_gauss_quantiles_fill(splits->quantile);
}

/* ---- drawing ------------------------------------------------------------------------------- */

/* From n <= BINOMIAL_PIECE counts. */
static inline uint32_t draw_piece(const struct binomial_tables *splits, uint32_t n, float share,
                                  uint32_t random)
{
    const int32_t dither = (int32_t)((random * 0x9e3779b1u) >> 16);
    const uint32_t step =
        (uint32_t)(int32_t)(share * (float)BINOMIAL_STEPS + (float)dither * (1.0f / 65536));
    /* Beyond the table only if the share is none. */
    const uint32_t p = step < BINOMIAL_STEPS ? step : BINOMIAL_STEPS;
    return alias_table_draw(splits->column[0][0], (p << 10 | n << 5) << 8 | 27, random);
}

static uint32_t hash(uint32_t r)
{
    r ^= r >> 16;
    r *= 0x7feb352du;
    r ^= r >> 15;
    r *= 0x846ca68bu;
    return r ^ r >> 16;
}

static uint32_t draw_pieces(const struct binomial_tables *splits, uint32_t n, float share,
                            uint32_t random)
{
    uint32_t sum = 0;
    for (; n > BINOMIAL_PIECE; n -= BINOMIAL_PIECE) {
        sum += draw_piece(splits, BINOMIAL_PIECE, share, random);
        random = hash(random + 0x9e3779b9u);
    }
    return sum + draw_piece(splits, n, share, random);
}

static uint32_t draw_gaussian(const struct binomial_tables *splits, uint32_t n, double share,
                              uint32_t random)
{
    const double z = gauss_quantile_at(splits->quantile, random * (GAUSS_QUANTILES / 4294967296.0));
    const double v = n * share + sqrt(n * share * (1 - share)) * z + 0.5;
    return !(v >= 1) ? 0 : v >= n ? n : (uint32_t)v;
}

uint32_t wn_binomial_split(const struct binomial_tables *splits, uint32_t n, float first,
                           float second, uint32_t random)
{
    const float share = share_of(first, second);
    return n > BINOMIAL_GAUSS_MIN_COUNTS ? draw_gaussian(splits, n, (double)share, random)
                                         : draw_pieces(splits, n, share, random);
}

/* ---- many at once -------------------------------------------------------------------------- */

/* Splits that are worked on together. */
#define LANES 16

/* Splits whose first pieces are drawn. */
struct binomial_lanes {
    uint32_t left[LANES], random[LANES];
    float share[LANES];
};

/* Draw the first pieces; more than BINOMIAL_GAUSS_MIN_COUNTS counts have none. Returns whether
 * there is more to be done. */
static inline bool draw_first_pieces(const struct binomial_tables *restrict splits,
                                     const uint32_t *restrict n, const float *restrict first,
                                     const float *restrict second, const uint32_t *restrict random,
                                     struct binomial_lanes *restrict lanes,
                                     uint32_t *restrict to_first)
{
    uint32_t more = 0;
    for (size_t k = 0; k < LANES; k++) {
        const uint32_t piece = n[k] < BINOMIAL_PIECE ? n[k] : BINOMIAL_PIECE;
        const float share = share_of(first[k], second[k]);
        to_first[k] = draw_piece(splits, piece, share, random[k]);
        more |= n[k] - piece;
        lanes->left[k] = n[k] > BINOMIAL_GAUSS_MIN_COUNTS ? 0 : n[k] - piece;
        lanes->random[k] = random[k];
        lanes->share[k] = share;
    }
    return more > 0;
}

/* Draw the next pieces. Returns whether there are more. */
static inline bool draw_next_pieces(const struct binomial_tables *restrict splits,
                                    struct binomial_lanes *restrict lanes,
                                    uint32_t *restrict to_first)
{
    uint32_t more = 0;
    for (size_t k = 0; k < LANES; k++) {
        const uint32_t left = lanes->left[k], piece = left < BINOMIAL_PIECE ? left : BINOMIAL_PIECE;
        const uint32_t random = hash(lanes->random[k] + 0x9e3779b9u);
        to_first[k] += draw_piece(splits, piece, lanes->share[k], random);
        more |= left - piece;
        lanes->left[k] = left - piece;
        lanes->random[k] = random;
    }
    return more > 0;
}

/* `count` is a multiple of LANES. Most of them are done after the first pieces. */
WN_MULTIVERSION
static void split_lanes(const struct binomial_tables *restrict splits, const uint32_t *restrict n,
                        const float *restrict first, const float *restrict second,
                        const uint32_t *restrict random, size_t count, uint32_t *restrict to_first)
{
    for (size_t i = 0; i < count; i += LANES) {
        struct binomial_lanes lanes;
        if (!draw_first_pieces(splits, n + i, first + i, second + i, random + i, &lanes,
                               to_first + i))
            continue;
        while (draw_next_pieces(splits, &lanes, to_first + i))
            ;
        for (size_t k = i; k < i + LANES; k++) {
            if (n[k] > BINOMIAL_GAUSS_MIN_COUNTS)
                to_first[k] = wn_binomial_split(splits, n[k], first[k], second[k], random[k]);
        }
    }
}

void wn_binomial_split_many(const struct binomial_tables *splits, const uint32_t *n,
                            const float *first, const float *second, const uint32_t *random,
                            size_t count, uint32_t *to_first)
{
    const size_t together = count / LANES * LANES;
    split_lanes(splits, n, first, second, random, together, to_first);
    for (size_t i = together; i < count; i++)
        to_first[i] = wn_binomial_split(splits, n[i], first[i], second[i], random[i]);
}

/* ---- the store ----------------------------------------------------------------------------- */

struct binomial_store {
    _Atomic(struct binomial_tables *) splits;
};

struct binomial_store *wn_binomial_store_create(void)
{
    struct binomial_store *store = malloc(sizeof *store);
    if (store)
        atomic_init(&store->splits, NULL);
    return store;
}

void wn_binomial_store_free(struct binomial_store *store)
{
    if (!store)
        return;
    free(atomic_load(&store->splits));
    free(store);
}

const struct binomial_tables *wn_binomial_store_get(struct binomial_store *store)
{
    struct binomial_tables *known = atomic_load(&store->splits);
    if (known)
        return known;
    struct binomial_tables *made = malloc(sizeof *made);
    if (!made)
        return NULL;
    wn_binomial_tables_fill(made);
    if (atomic_compare_exchange_strong(&store->splits, &known, made))
        return made;
    free(made); /* another thread was faster */
    return known;
}
