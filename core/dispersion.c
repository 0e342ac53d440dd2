#include "dispersion.h"

#include "dispersion_extended.h"
#include "strong.h"

static void find_in_row(const wn_spot_params *params, const struct windows *windows, size_t y,
                        size_t width, struct found_list *list)
{
    for (size_t x = 0; x < width; x++) {
        const double value = windows_value(windows, y, x);
        if (isnan(value))
            continue;
        const struct window w = windows_at(windows, x);
        if (is_dispersed(params, w) && stands_out(params, w, value))
            add_strong(list, y * width + x, value, w.sum / w.n);
    }
}

static wn_status dispersion_simple(const wn_spot_params *params, const struct pixels *pixels,
                                   struct found_list *list)
{
    struct windows windows;
    const wn_status status =
        windows_create(pixels, NULL, (size_t)params->kernel_x, (size_t)params->kernel_y, &windows);
    if (status != WN_OK)
        return status;
    for (size_t y = 0; y < pixels->height; y++) {
        windows_move(&windows, y);
        find_in_row(params, &windows, y, pixels->width, list);
    }
    windows_free(&windows);
    return WN_OK;
}

wn_status dispersion(const struct wn_finder *finder, const struct pixels *pixels,
                     struct found_list *list)
{
    if (finder->params.method == WN_SPOTS_DISPERSION_EXTENDED)
        return dispersion_extended(&finder->params, pixels, list);
    return dispersion_simple(&finder->params, pixels, list);
}
