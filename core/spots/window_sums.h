/* Sums over the rectangular window around each pixel of a run. Exact for integers. */
#ifndef WN_SPOTS_WINDOW_SUMS_H
#define WN_SPOTS_WINDOW_SUMS_H

#include "frame/pixels.h"

/* Pixels of this value or more are excluded from the sums, like flagged ones (as in DIALS). */
#define WINDOW_SUMS_EXACT_LIMIT (1u << 24)

/* Windows of 2 radius + 1 pixels along each axis, clipped to the frame. */
struct window_rule {
    const struct pixels *pixels;
    size_t radius_x, radius_y;
    const uint8_t *excluded; /* [height * width]; pixels with the lowest bit set are excluded as
                                well; may be NULL */
};

struct window_sums {
    struct window_rule rule;
    /* [width + 1] prefix sums over the columns of the run before this one: number of pixels used,
     * sum of their values, sum of their squares. */
    uint32_t *n;
    uint64_t *sum, *squares;
};

struct window_totals {
    uint32_t n;
    uint64_t sum, squares;
};

/* For integer types. Sums are undefined until filled. WN_ERR_MEMORY. */
wn_status wn_window_sums_create(const struct window_rule *rule, struct window_sums *sums);
void wn_window_sums_free(struct window_sums *sums);

/* Compute the sums for the windows around the pixels [first, end) of row y. */
void wn_window_sums_fill(struct window_sums *sums, size_t y, size_t first, size_t end);

/* The sums over the window around one of these pixels. */
static inline struct window_totals window_sums_at(const struct window_sums *sums, size_t x)
{
    const size_t first = x > sums->rule.radius_x ? x - sums->rule.radius_x : 0;
    const size_t end = at_most(x + sums->rule.radius_x + 1, sums->rule.pixels->width);
    return (struct window_totals){sums->n[end] - sums->n[first], sums->sum[end] - sums->sum[first],
                                  sums->squares[end] - sums->squares[first]};
}

/* Sums of floats. Each window is summed separately from its column sums, so that a large value does
 * not leave a rounding error in the windows after it. */
struct real_window_sums {
    struct window_rule rule;
    double *column; /* [3][width] of a column: pixels used, sum, sum of squares */
    double *window; /* [3][width] of the window around a pixel */
};

/* As wn_window_sums_create() etc. Pixels of WINDOW_SUMS_EXACT_LIMIT or more are excluded as well.
 */
wn_status wn_real_window_sums_create(const struct window_rule *rule, struct real_window_sums *sums);
void wn_real_window_sums_free(struct real_window_sums *sums);
void wn_real_window_sums_fill(struct real_window_sums *sums, size_t y, size_t first, size_t end);

/* Sums over windows of a frame of any type. */
struct windows {
    bool real;
    struct window_sums counts;
    struct real_window_sums reals;
};

/* Of a window: number of pixels used, sum of their values, sum of their squares. */
struct window {
    double n, sum, squares;
};

/* As wn_window_sums_create() etc. */
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
    const struct window_totals totals = window_sums_at(&windows->counts, x);
    return (struct window){totals.n, (double)totals.sum, (double)totals.squares};
}

static inline const struct pixels *windows_pixels(const struct windows *windows)
{
    return windows->real ? windows->reals.rule.pixels : windows->counts.rule.pixels;
}

#endif
