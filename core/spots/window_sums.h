/* Sums over windows of a frame. Of counts they are exact, by summed-area tables of the rows about a
 * row, over a run of pixels. */
#ifndef WN_SPOTS_WINDOW_SUMS_H
#define WN_SPOTS_WINDOW_SUMS_H

#include "frame/pixels.h"

/* Pixels from here on are left out of the sums, as flagged ones are (DIALS does so). */
#define WINDOW_SUMS_EXACT_LIMIT (1u << 24)

/* What windows are summed of: those of 2 radius + 1 pixels, as far as they lie in the frame. */
struct window_rule {
    const struct pixels *pixels;
    size_t radius_x, radius_y;
    const uint8_t *left_out; /* [height * width]; where the lowest bit is set, pixels are left out
                                as well; may be NULL */
};

struct window_sums {
    struct window_rule rule;
    /* [width + 1] of all columns from `first` on to before this one: how many pixels count, the sum
     * of their values, and of the squares of these. */
    uint32_t *n;
    uint64_t *sum, *squares;
};

struct window_totals {
    uint32_t n;
    uint64_t sum, squares;
};

/* For integer types; empty. WN_ERR_MEMORY. */
wn_status wn_window_sums_create(const struct window_rule *rule, struct window_sums *sat);
void wn_window_sums_free(struct window_sums *sat);

/* Sum for the windows about the pixels `first` to before `end` of row y. */
void wn_window_sums_fill(struct window_sums *sat, size_t y, size_t first, size_t end);

/* The sums over the window about one of these pixels. */
static inline struct window_totals window_sums_at(const struct window_sums *sat, size_t x)
{
    const size_t first = x > sat->rule.radius_x ? x - sat->rule.radius_x : 0;
    const size_t end = at_most(x + sat->rule.radius_x + 1, sat->rule.pixels->width);
    return (struct window_totals){sat->n[end] - sat->n[first], sat->sum[end] - sat->sum[first],
                                  sat->squares[end] - sat->squares[first]};
}

/* Sums of real numbers. Each window is summed for itself, columns first: a large number leaves no
 * rounding behind in the next one. */
struct real_window_sums {
    struct window_rule rule;
    double *column; /* [3][width] of a column: how many pixels count, their sum, their squares' */
    double *window; /* [3][width] of the window about a pixel */
};

/* As wn_window_sums_create() and so on. Pixels of WINDOW_SUMS_EXACT_LIMIT or more are left out here
 * as well. */
wn_status wn_real_window_sums_create(const struct window_rule *rule, struct real_window_sums *sums);
void wn_real_window_sums_free(struct real_window_sums *sums);
void wn_real_window_sums_fill(struct real_window_sums *sums, size_t y, size_t first, size_t end);

/* Sums over windows of a frame of any type. */
struct windows {
    bool real;
    struct window_sums counts;
    struct real_window_sums reals;
};

/* Of a window: how many pixels count, the sum of their values, and of the squares of these. */
struct window {
    double n, sum, squares;
};

/* As wn_window_sums_create() and so on. */
static inline wn_status windows_create(const struct window_rule *rule, struct windows *windows)
{
    *windows = (struct windows){.real = wn_type_is_float(rule->pixels->type)};
    return windows->real ? wn_real_window_sums_create(rule, &windows->reals)
                         : wn_window_sums_create(rule, &windows->counts);
}

static inline void windows_free(struct windows *windows)
{
    wn_window_sums_free(&windows->counts);
    wn_real_window_sums_free(&windows->reals);
}

static inline void windows_fill(struct windows *windows, size_t y, size_t first, size_t end)
{
    if (windows->real)
        wn_real_window_sums_fill(&windows->reals, y, first, end);
    else
        wn_window_sums_fill(&windows->counts, y, first, end);
}

static inline struct window windows_at(const struct windows *windows, size_t x)
{
    if (windows->real) {
        const double *sums = windows->reals.window + x;
        const size_t width = windows->reals.rule.pixels->width;
        return (struct window){sums[0], sums[width], sums[2 * width]};
    }
    const struct window_totals sums = window_sums_at(&windows->counts, x);
    return (struct window){sums.n, (double)sums.sum, (double)sums.squares};
}

static inline const struct pixels *windows_pixels(const struct windows *windows)
{
    return windows->real ? windows->reals.rule.pixels : windows->counts.rule.pixels;
}

#endif
