#include "pick/pair_evenness.h"

#include "common/simd.h"
#include "format/block_sums.h"

/* Every other row is enough. */
#define ROW_STEP 2

struct pairs {
    int64_t excess; /* sum of s - d^2, s the sum and d the difference of a pair */
    int64_t most;   /* sum of s - (s mod 2): what that is where all pairs share evenly */
};

/* Under the binomial law d^2 is s on average for each s, so that pairs may be chosen by s. */
WN_MULTIVERSION
static void add_pairs(const uint32_t *restrict count, const uint8_t *restrict kind, size_t pairs,
                      struct pairs *restrict sums)
{
    int32_t excess = 0, most = 0;
    for (size_t i = 0; i < pairs; i++) {
        const uint32_t a = count[2 * i], b = count[2 * i + 1];
        const uint32_t s = a < EVEN_COUNTS + 1 && b < EVEN_COUNTS + 1 ? a + b : 0;
        const int32_t d = (int32_t)(s ? a - b : 0);
        const bool good = kind[2 * i] == WN_PIXEL_BACKGROUND &&
                          kind[2 * i + 1] == WN_PIXEL_BACKGROUND && s >= 2 && s <= EVEN_COUNTS;
        excess += good ? (int32_t)s - d * d : 0;
        most += good ? (int32_t)(s - s % 2) : 0;
    }
    sums->excess += excess;
    sums->most += most;
}

unsigned wn_pair_evenness(const struct pixels *p, const uint8_t *kind)
{
    struct pairs sums = {0, 0};
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
    return part < MOST_EVENNESS ? (unsigned)part : MOST_EVENNESS;
}
