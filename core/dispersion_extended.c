#include "dispersion_extended.h"

#include <stdlib.h>

#include "erode.h"
#include "strong.h"

/* How much further the window of the background reaches than the kernel. */
#define FURTHER 2

/* ---- signal -------------------------------------------------------------------------------- */

static void mark_row(const wn_spot_params *params, const struct windows *windows, size_t y,
                     size_t width, uint8_t *signal)
{
    for (size_t x = 0; x < width; x++) {
        if (isnan(windows_value(windows, y, x)))
            signal[x] = !params->masked_is_background;
        else
            signal[x] = is_dispersed(params, windows_at(windows, x));
    }
}

/* Pixels in windows that are dispersed, [height * width] bytes of 0 or 1. */
static wn_status mark_dispersed(const wn_spot_params *params, const struct pixels *pixels,
                                uint8_t *signal)
{
    struct windows windows;
    const wn_status status =
        windows_create(pixels, NULL, (size_t)params->kernel_x, (size_t)params->kernel_y, &windows);
    if (status != WN_OK)
        return status;
    for (size_t y = 0; y < pixels->height; y++) {
        windows_move(&windows, y);
        mark_row(params, &windows, y, pixels->width, signal + y * pixels->width);
    }
    windows_free(&windows);
    return WN_OK;
}

/* Leave the pixels of signal that have no background next to them: the windows of the others reach
 * into signal without being part of it. */
static wn_status mark_signal(const wn_spot_params *params, const struct pixels *pixels,
                             uint8_t *signal)
{
    const int reach = params->kernel_x < params->kernel_y ? params->kernel_x : params->kernel_y;
    const wn_status status = mark_dispersed(params, pixels, signal);
    if (status != WN_OK)
        return status;
    return erode(signal, pixels->height, pixels->width, (size_t)reach - 1);
}

/* ---- strong pixels ------------------------------------------------------------------------- */

static void find_in_row(const wn_spot_params *params, const struct pixels *pixels,
                        const struct windows *background, const uint8_t *signal, size_t y,
                        struct found_list *list)
{
    for (size_t x = 0; x < pixels->width; x++) {
        const size_t index = y * pixels->width + x;
        if (!signal[index])
            continue;
        double value;
        pixels_reals(pixels, index, 1, &value);
        const struct window w = windows_at(background, x);
        const double mean = w.n >= 2 ? w.sum / w.n : 0;
        if (w.sum >= 0 && value > params->global_threshold &&
            value >= mean + params->sigma_strong * sqrt(params->gain * mean))
            add_strong(list, index, value, mean);
    }
}

static wn_status find_in_signal(const wn_spot_params *params, const struct pixels *pixels,
                                const uint8_t *signal, struct found_list *list)
{
    struct windows background;
    const wn_status status = windows_create(pixels, signal, (size_t)params->kernel_x + FURTHER,
                                            (size_t)params->kernel_y + FURTHER, &background);
    if (status != WN_OK)
        return status;
    for (size_t y = 0; y < pixels->height; y++) {
        windows_move(&background, y);
        find_in_row(params, pixels, &background, signal, y, list);
    }
    windows_free(&background);
    return WN_OK;
}

wn_status dispersion_extended(const wn_spot_params *params, const struct pixels *pixels,
                              struct found_list *list)
{
    uint8_t *signal = malloc((size_t)pixels->height * pixels->width);
    if (!signal)
        return WN_ERR_MEMORY;
    wn_status status = mark_signal(params, pixels, signal);
    if (status == WN_OK)
        status = find_in_signal(params, pixels, signal, list);
    free(signal);
    return status;
}
