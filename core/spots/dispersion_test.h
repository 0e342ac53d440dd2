/* The two inequalities of DIALS (Winter et al., Acta Cryst. D74 (2018) 85; after XDS: Kabsch, Acta
 * Cryst. D66 (2010) 125), in double precision and in DIALS's order of operations. */
#ifndef WN_SPOTS_DISPERSION_TEST_H
#define WN_SPOTS_DISPERSION_TEST_H

#include <math.h>

#include "spots/finder.h"
#include "spots/found_list.h"
#include "spots/window_sums.h"

/* The minimum number of usable pixels in a window. */
static inline double min_window_pixels(const wn_spot_params *params)
{
    const int window = (2 * params->kernel_x + 1) * (2 * params->kernel_y + 1);
    return params->min_local > 0 ? params->min_local : window;
}

/* Whether the index of dispersion of a window is above what a background reaches by chance: its
 * variance / mean > 1 + sigma_background * sqrt(2 / (n - 1)). */
static inline bool is_dispersed(const wn_spot_params *params, struct window w)
{
    if (!(w.n >= min_window_pixels(params) && w.sum >= 0))
        return false;
    const double chance = sqrt(2 * (w.n - 1));
    if (params->gain == 1) /* the general form rounds differently */
        return w.n * w.squares - w.sum * w.sum - w.sum * (w.n - 1) >
               w.sum * params->sigma_background * chance;
    return w.n * w.squares - w.sum * w.sum >
           params->gain * w.sum * (w.n - 1 + params->sigma_background * chance);
}

/* Whether a pixel of a dispersed window stands out from its mean. */
static inline bool is_above_mean(const wn_spot_params *params, struct window w, double value)
{
    return value > params->global_threshold &&
           w.n * value - w.sum > params->sigma_strong * sqrt(params->gain * w.sum * w.n);
}

static inline double value_at(const struct pixels *pixels, size_t index)
{
    double value;
    wn_pixels_reals(pixels, index, 1, &value);
    return value;
}

static inline void add_strong(struct found_list *list, size_t index, double value, double expected)
{
    wn_found_list_add(list, &(wn_found_pixel){.index = (uint32_t)index,
                                              .spot = WN_SPOT_BY_NEIGHBOURS,
                                              .value = value,
                                              .expected = expected,
                                              .variance = value,
                                              .bits = WN_FOUND_STRONG});
}

#endif
