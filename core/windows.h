/* Sums over windows of a frame of any type. */
#ifndef WN_WINDOWS_H
#define WN_WINDOWS_H

#include "realsums.h"
#include "sat.h"

struct windows {
    bool real;
    struct sat counts;
    struct real_sums reals;
};

/* Of a window: how many pixels count, the sum of their values, and of the squares of these. */
struct window {
    double n, sum, squares;
};

/* As sat_create() and so on. */
static inline wn_status windows_create(const struct window_rule *rule, struct windows *windows)
{
    *windows = (struct windows){.real = wn_type_is_float(rule->pixels->type)};
    return windows->real ? real_sums_create(rule, &windows->reals)
                         : sat_create(rule, &windows->counts);
}

static inline void windows_free(struct windows *windows)
{
    sat_free(&windows->counts);
    real_sums_free(&windows->reals);
}

static inline void windows_fill(struct windows *windows, size_t y, size_t first, size_t end)
{
    if (windows->real)
        real_sums_fill(&windows->reals, y, first, end);
    else
        sat_fill(&windows->counts, y, first, end);
}

static inline struct window windows_at(const struct windows *windows, size_t x)
{
    if (windows->real) {
        const double *sums = windows->reals.window + x;
        const size_t width = windows->reals.rule.pixels->width;
        return (struct window){sums[0], sums[width], sums[2 * width]};
    }
    const struct sat_sums sums = sat_window(&windows->counts, x);
    return (struct window){sums.n, (double)sums.sum, (double)sums.squares};
}

static inline const struct pixels *windows_pixels(const struct windows *windows)
{
    return windows->real ? windows->reals.rule.pixels : windows->counts.rule.pixels;
}

#endif
