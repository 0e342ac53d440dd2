/* Parameters of spot finding: names of the methods, default values, checks of the ranges. */
#include <stdio.h>

#include "winnow.h"

static const char *const NAMES[] = {
    [WN_SPOTS_RING] = "ring",
    [WN_SPOTS_DISPERSION] = "dispersion",
    [WN_SPOTS_DISPERSION_EXTENDED] = "dispersion-extended",
    [WN_SPOTS_PEAKFINDER8] = "peakfinder8",
    [WN_SPOTS_PYFAI] = "pyfai",
};

#define METHODS (sizeof NAMES / sizeof NAMES[0])

const char *wn_spot_method_name(wn_spot_method method)
{
    return (size_t)method < METHODS ? NAMES[method] : "unknown";
}

void wn_spot_params_init(wn_spot_method method, wn_spot_params *params)
{
    *params = (wn_spot_params){
        .method = method,
        .patch = 5,
        .connected = 3,
        .cutoff = method == WN_SPOTS_PYFAI ? 3 : 2,
        .noise = 1,
        .significance = 5.3,
        .pixel_size = 75e-6,
        .kernel_x = 3,
        .kernel_y = 3,
        .gain = 1,
        .sigma_background = 6,
        .sigma_strong = 3,
        .min_local = 2,
        .threshold = 800,
        .min_snr = 5,
        .min_pixels = 2,
        .max_pixels = 200,
        .local_background = 3,
    };
}

/* ---- checking ------------------------------------------------------------------------------ */

/* A value and its valid range; NaN is outside of any range. */
struct spot_param_range {
    const char *name;
    double value, low, high;
};

static wn_status check_ranges(const struct spot_param_range *range, size_t n, char *why,
                              size_t why_size)
{
    for (size_t i = 0; i < n; i++) {
        const struct spot_param_range *r = &range[i];
        if (r->value >= r->low && r->value <= r->high)
            continue;
        if (why)
            snprintf(why, why_size, "%s is %g, and has to be %g to %g", r->name, r->value, r->low,
                     r->high);
        return WN_ERR_PARAMS;
    }
    return WN_OK;
}

#define CHECK_RANGES(range, why, why_size)                                                         \
    check_ranges(range, sizeof(range) / sizeof(range)[0], why, why_size)

static wn_status check_peaks(const wn_spot_params *p, char *why, size_t why_size)
{
    const struct spot_param_range range[] = {
        {"the patch", p->patch, 3, 5},
        {"the number of connected pixels", p->connected, 1, (double)p->patch * p->patch},
        {"the cut-off", p->cutoff, 0, 1000},
        {"the noise", p->noise, 0, 1e6},
        {"the significance", p->significance, 1, 30},
        {"the size of a pixel", p->pixel_size, 1e-9, 1},
    };
    if (p->patch == 4) {
        if (why)
            snprintf(why, why_size, "the patch is 4, and has to be 3 or 5");
        return WN_ERR_PARAMS;
    }
    return CHECK_RANGES(range, why, why_size);
}

static wn_status check_dispersion(const wn_spot_params *p, char *why, size_t why_size)
{
    const double window = (2.0 * p->kernel_x + 1) * (2.0 * p->kernel_y + 1);
    const struct spot_param_range range[] = {
        {"the width of the kernel", p->kernel_x, 1, 20},
        {"the height of the kernel", p->kernel_y, 1, 20},
        {"the gain", p->gain, 1e-6, 1e6},
        {"sigma_background", p->sigma_background, 0, 1000},
        {"sigma_strong", p->sigma_strong, 0, 1000},
        {"min_local", p->min_local, 0, window},
        {"the global threshold", p->global_threshold, -1e300, 1e300},
    };
    return CHECK_RANGES(range, why, why_size);
}

static wn_status check_peakfinder8(const wn_spot_params *p, char *why, size_t why_size)
{
    const struct spot_param_range range[] = {
        {"the threshold", p->threshold, -1e300, 1e300},
        {"the minimum SNR", p->min_snr, 0, 1e6},
        {"the least number of pixels", p->min_pixels, 1, 1e6},
        {"the greatest number of pixels", p->max_pixels, p->min_pixels, 1e6},
        {"the radius of the local background", p->local_background, 1, 100},
    };
    return CHECK_RANGES(range, why, why_size);
}

wn_status wn_spot_params_check(const wn_spot_params *params, char *why, size_t why_size)
{
    switch (params->method) {
    case WN_SPOTS_RING:
    case WN_SPOTS_PYFAI:
        return check_peaks(params, why, why_size);
    case WN_SPOTS_DISPERSION:
    case WN_SPOTS_DISPERSION_EXTENDED:
        return check_dispersion(params, why, why_size);
    case WN_SPOTS_PEAKFINDER8:
        return check_peakfinder8(params, why, why_size);
    }
    if (why)
        snprintf(why, why_size, "there is no such method");
    return WN_ERR_PARAMS;
}
