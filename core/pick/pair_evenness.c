/* A moment estimator: given the sum s of a pair of Poisson counts, their difference d is binomial
 * with E(d^2) = s, and s mod 2 if the pair is as even as possible. The fraction follows from the
 * sums over all pairs. One pass over every other row. */
#include "pick/pair_evenness.h"

#include "common/simd.h"
#include "format/block_sums.h"

/* Every other row is enough for the statistics. */
#define ROW_STEP 2

struct pair_sums {
    int64_t excess; /* sum of s - d^2 */
    int64_t most;   /* sum of s - (s mod 2): the excess if all pairs were even */
};

/* E(d^2) = s holds for every s, so that selecting pairs by s causes no bias. */
WN_MULTIVERSION
static void add_pairs(const uint32_t *restrict count, const uint8_t *restrict kind, size_t pairs,
                      struct pair_sums *restrict sums)
{
    int32_t excess = 0, most = 0;
    for (size_t i = 0; i < pairs; i++) {
        const uint32_t a = count[2 * i], b = count[2 * i + 1];
        const uint32_t s = a < EVEN_PAIR_MAX_COUNTS + 1 && b < EVEN_PAIR_MAX_COUNTS + 1 ? a + b : 0;
        const int32_t d = (int32_t)(s ? a - b : 0);
        const bool good = kind[2 * i] == WN_PIXEL_BACKGROUND &&
                          kind[2 * i + 1] == WN_PIXEL_BACKGROUND && s >= 2 &&
                          s <= EVEN_PAIR_MAX_COUNTS;
        excess += good ? (int32_t)s - d * d : 0;
        most += good ? (int32_t)(s - s % 2) : 0;
    }
    sums->excess += excess;
    sums->most += most;
}

unsigned wn_pair_evenness(const struct pixels *p, const uint8_t *kind)
{
    struct pair_sums sums = {0, 0};
    uint32_t buffer[SEGMENT];
    for (size_t y = 0; y < p->height; y += ROW_STEP) {
        for (size_t x = 0; x < p->width; x += SEGMENT) {
            const size_t n = at_most(p->width - x, SEGMENT), first = y * p->width + x;
            add_pairs(wn_pixels_counts(p, first, n, buffer), kind + first, n / 2, &sums);
        }
    }
    if (sums.excess <= 0)
        return 0;
    const double part = (double)sums.excess / (double)sums.most * 256 + 0.5;
    return part < MAX_EVENNESS ? (unsigned)part : MAX_EVENNESS;
}
