/* Summed-area tables of counts, exact: of the rows about a row, over a run of pixels. */
#ifndef WN_SAT_H
#define WN_SAT_H

#include "pixels.h"

/* Pixels from here on are left out of the sums, as flagged ones are (DIALS does so). */
#define SAT_LIMIT (1u << 24)

/* What windows are summed of: those of 2 radius + 1 pixels, as far as they lie in the frame. */
struct window_rule {
    const struct pixels *pixels;
    size_t radius_x, radius_y;
    const uint8_t *left_out; /* [height * width]; where the lowest bit is set, pixels are left out
                                as well; may be NULL */
};

struct sat {
    struct window_rule rule;
    /* [width + 1] of all columns from `first` on to before this one: how many pixels count, the sum
     * of their values, and of the squares of these. */
    uint32_t *n;
    uint64_t *sum, *squares;
};

struct sat_sums {
    uint32_t n;
    uint64_t sum, squares;
};

/* For integer types; empty. WN_ERR_MEMORY. */
wn_status sat_create(const struct window_rule *rule, struct sat *sat);
void sat_free(struct sat *sat);

/* Sum for the windows about the pixels `first` to before `end` of row y. */
void sat_fill(struct sat *sat, size_t y, size_t first, size_t end);

/* The sums over the window about one of these pixels. */
static inline struct sat_sums sat_window(const struct sat *sat, size_t x)
{
    const size_t first = x > sat->rule.radius_x ? x - sat->rule.radius_x : 0;
    const size_t end = at_most(x + sat->rule.radius_x + 1, sat->rule.pixels->width);
    return (struct sat_sums){sat->n[end] - sat->n[first], sat->sum[end] - sat->sum[first],
                             sat->squares[end] - sat->squares[first]};
}

#endif
