/* The extended dispersion test of DIALS (Winter et al., Acta Cryst. D74 (2018) 85): dispersion
 * test, erosion of the signal mask by a square, then a test against the mean of a slightly larger
 * window without signal. Three passes over the frame; exact window sums are only computed near
 * signal; memory: one byte a pixel. */
#include "spots/dispersion_extended.h"

#include <stdlib.h>

#include "common/simd.h"
#include "spots/dispersion_screen.h"
#include "spots/dispersion_test.h"
#include "spots/found_list.h"

/* How much further than the kernel the window of the background reaches, pixels. */
#define BACKGROUND_MARGIN 2

/* Pixels that are signal and valid. */
#define UNFLAGGED_SIGNAL (MARK_SIGNAL | MARK_VALID)

/* ---- signal -------------------------------------------------------------------------------- */

static void test_run(const wn_spot_params *params, struct windows *windows, size_t y, size_t first,
                     size_t end, uint8_t *mark)
{
    windows_fill(windows, y, first, end);
    for (size_t x = first; x < end; x++)
        if (mark[x] & MARK_OPEN && is_dispersed(params, windows_at(windows, x)))
            mark[x] |= MARK_SIGNAL;
}

static void mark_dispersed(const wn_spot_params *params, struct dispersion_screen *screen,
                           struct windows *windows, uint8_t *mark)
{
    const size_t width = screen->pixels->width;
    for (size_t y = 0; y < screen->pixels->height; y++) {
        uint8_t *row = mark + y * width;
        size_t first, end = 0;
        wn_dispersion_screen_move(screen, y);
        memcpy(row, screen->mark, width);
        while (wn_signal_mask_run(row, width, MARK_OPEN, &first, &end))
            test_run(params, windows, y, first, end, row);
    }
}

/* Mark invalid pixels as signal, so that erosion does not start from them. */
WN_MULTIVERSION
static void mark_flagged(uint8_t *mark, size_t n)
{
    for (size_t i = 0; i < n; i++)
        mark[i] |= mark[i] & MARK_VALID ? 0 : MARK_SIGNAL;
}

/* Keep only signal away from background: the other pixels are marked because their windows reach
 * into signal, not because they are part of it. */
static wn_status erode_signal(const wn_spot_params *params, const struct pixels *pixels,
                              uint8_t *mark)
{
    const int reach = params->kernel_x < params->kernel_y ? params->kernel_x : params->kernel_y;
    if (!params->masked_is_background)
        mark_flagged(mark, (size_t)pixels->height * pixels->width);
    return wn_signal_mask_erode(mark, pixels->height, pixels->width, (size_t)reach - 1);
}

static wn_status mark_signal(const wn_spot_params *params, const struct pixels *pixels,
                             uint8_t *mark)
{
    const struct window_rule rule = {pixels, (size_t)params->kernel_x, (size_t)params->kernel_y,
                                     NULL};
    struct windows windows = {0};
    struct dispersion_screen screen;
    wn_status status = wn_dispersion_screen_create(params, pixels, &screen);
    if (status == WN_OK)
        status = windows_create(&rule, &windows);
    if (status == WN_OK)
        mark_dispersed(params, &screen, &windows, mark);
    windows_free(&windows);
    wn_dispersion_screen_free(&screen);
    return status == WN_OK ? erode_signal(params, pixels, mark) : status;
}

/* ---- strong pixels ------------------------------------------------------------------------- */

static void find_in_run(const wn_spot_params *params, struct windows *background, size_t y,
                        size_t first, size_t end, const uint8_t *mark, struct found_list *list)
{
    const struct pixels *pixels = windows_pixels(background);
    windows_fill(background, y, first, end);
    for (size_t x = first; x < end; x++) {
        if ((mark[x] & UNFLAGGED_SIGNAL) != UNFLAGGED_SIGNAL)
            continue;
        const size_t index = y * pixels->width + x;
        const double value = value_at(pixels, index);
        const struct window w = windows_at(background, x);
        const double mean = w.n >= 2 ? w.sum / w.n : 0;
        if (w.sum >= 0 && value > params->global_threshold &&
            value >= mean + params->sigma_strong * sqrt(params->gain * mean))
            add_strong(list, index, value, mean);
    }
}

static wn_status find_in_signal(const wn_spot_params *params, const struct pixels *pixels,
                                const uint8_t *mark, struct found_list *list)
{
    const struct window_rule rule = {pixels, (size_t)params->kernel_x + BACKGROUND_MARGIN,
                                     (size_t)params->kernel_y + BACKGROUND_MARGIN, mark};
    struct windows background;
    const wn_status status = windows_create(&rule, &background);
    if (status != WN_OK)
        return status;
    for (size_t y = 0; y < pixels->height; y++) {
        const uint8_t *row = mark + y * pixels->width;
        size_t first, end = 0;
        while (wn_signal_mask_run(row, pixels->width, UNFLAGGED_SIGNAL, &first, &end))
            find_in_run(params, &background, y, first, end, row, list);
    }
    windows_free(&background);
    return WN_OK;
}

wn_status wn_find_dispersion_extended(const wn_spot_params *params, const struct pixels *pixels,
                                      struct found_list *list)
{
    uint8_t *mark = malloc((size_t)pixels->height * pixels->width);
    if (!mark)
        return WN_ERR_MEMORY;
    wn_status status = mark_signal(params, pixels, mark);
    if (status == WN_OK)
        status = find_in_signal(params, pixels, mark, list);
    free(mark);
    return status;
}
