/* Sums over the windows about the pixels of a row, of any type. */
#ifndef WN_WINDOWS_H
#define WN_WINDOWS_H

#include <math.h>

#include "realsums.h"
#include "sat.h"

struct windows {
    bool real;
    struct sat counts;
    struct real_sums reals;
};

/* Those of a window: how many pixels count, the sum of their values, and of the squares of these.
 */
struct window {
    double n, sum, squares;
};

/* As sat_create() and so on. */
static inline wn_status windows_create(const struct pixels *pixels, const uint8_t *left_out,
                                       size_t radius_x, size_t radius_y, struct windows *windows)
{
    *windows = (struct windows){.real = is_float_type(pixels->type)};
    return windows->real ? real_sums_create(pixels, left_out, radius_x, radius_y, &windows->reals)
                         : sat_create(pixels, left_out, radius_x, radius_y, &windows->counts);
}

static inline void windows_free(struct windows *windows)
{
    sat_free(&windows->counts);
    real_sums_free(&windows->reals);
}

static inline void windows_move(struct windows *windows, size_t y)
{
    if (windows->real)
        real_sums_move(&windows->reals, y);
    else
        sat_move(&windows->counts, y);
}

/* About pixel x of the row that was gone to. */
static inline struct window windows_at(const struct windows *windows, size_t x)
{
    if (windows->real) {
        const double *sum = windows->reals.sum + x;
        const size_t width = windows->reals.pixels->width;
        return (struct window){sum[0], sum[width], sum[2 * width]};
    }
    const struct sat_sums sums = sat_window(&windows->counts, x);
    return (struct window){sums.n, (double)sums.sum, (double)sums.squares};
}

/* Pixel x of row y, which was gone to; NaN if it is flagged or left out. */
static inline double windows_value(const struct windows *windows, size_t y, size_t x)
{
    if (windows->real)
        return real_sums_row(&windows->reals, y)[x];
    const uint32_t count = sat_row(&windows->counts, y)[x];
    return count == FLAGGED ? (double)NAN : count;
}

#endif
