/* Finds spots on one frame: runs the method that the parameters name, then sorts the pixels found
 * and flags those beside masked pixels, at the edge of the frame, or saturated. */
#include "spots/find.h"

#include <math.h>
#include <stdlib.h>

#include "common/simd.h"
#include "geometry/map.h"
#include "spots/dispersion.h"
#include "spots/finder.h"
#include "spots/found_list.h"
#include "spots/peakfinder8.h"
#include "spots/pyfai_peaks.h"
#include "spots/ring_background.h"
#include "spots/ring_peaks.h"

/* ---- creation ------------------------------------------------------------------------------ */

static bool map_suits(const wn_spot_params *params, const wn_map *map, const wn_params *map_params)
{
    const bool radial = map->model.kind == WN_MODEL_RADIAL;
    switch (params->method) {
    case WN_SPOTS_PYFAI:
        return radial && map_params->compat_pyfai;
    case WN_SPOTS_PEAKFINDER8:
        return radial;
    default:
        return true;
    }
}

wn_status wn_finder_create(const wn_spot_params *params, const wn_map *map,
                           const wn_params *map_params, double saturation, wn_finder **out)
{
    if (wn_spot_params_check(params, NULL, 0) != WN_OK ||
        wn_params_check(map_params, NULL, 0) != WN_OK || !map_suits(params, map, map_params))
        return WN_ERR_PARAMS;
    wn_finder *finder = malloc(sizeof *finder);
    if (!finder)
        return WN_ERR_MEMORY;
    *finder = (wn_finder){*params, map, *map_params, saturation};
    *out = finder;
    return WN_OK;
}

void wn_finder_free(wn_finder *finder)
{
    free(finder);
}

/* ---- bits of found pixels ------------------------------------------------------------------ */

static unsigned neighbourhood_bits(const struct pixels *p, size_t index)
{
    const size_t x = index % p->width, y = index / p->width;
    const size_t left = x > 0 ? x - 1 : x, right = x + 1 < p->width ? x + 1 : x;
    const size_t top = y > 0 ? y - 1 : y, bottom = y + 1 < p->height ? y + 1 : y;
    const bool edge = right - left < 2 || bottom - top < 2;
    for (size_t row = top; row <= bottom; row++)
        for (size_t column = left; column <= right; column++)
            if (!wn_pixel_is_usable(p, row * p->width + column))
                return WN_FOUND_MASKED | (edge ? WN_FOUND_EDGE : 0);
    return edge ? WN_FOUND_EDGE : 0;
}

static int compare_pixels(const void *one, const void *other)
{
    const wn_found_pixel *a = one, *b = other;
    if (a->index != b->index)
        return a->index < b->index ? -1 : 1;
    return (a->spot > b->spot) - (a->spot < b->spot);
}

static void complete(const wn_finder *finder, const struct pixels *pixels, wn_found *found)
{
    if (found->n > 1)
        qsort(found->pixel, found->n, sizeof *found->pixel, compare_pixels);
    for (size_t i = 0; i < found->n; i++) {
        wn_found_pixel *pixel = &found->pixel[i];
        pixel->bits |= neighbourhood_bits(pixels, pixel->index);
        if (pixel->value >= finder->saturation)
            pixel->bits |= WN_FOUND_SATURATED;
        found->strong += pixel->bits & WN_FOUND_STRONG;
    }
}

/* ---- overloads ----------------------------------------------------------------------------- */

/* Whether any of n <= SEGMENT counts is above `limit` and not flagged. */
WN_MULTIVERSION
static bool any_above(const uint32_t *count, size_t n, uint32_t limit)
{
    int any = 0;
    for (size_t i = 0; i < n; i++)
        any |= (count[i] > limit) & (count[i] != FLAGGED);
    return any != 0;
}

static bool has_overload(const struct pixels *p, size_t first, size_t n, double saturation)
{
    if (!wn_type_is_float(p->type) && saturation >= 0 && saturation < FLAGGED) {
        uint32_t buffer[SEGMENT];
        return any_above(wn_pixels_counts(p, first, n, buffer), n, (uint32_t)saturation);
    }
    double value[SEGMENT];
    bool any = false;
    wn_pixels_reals(p, first, n, value);
    for (size_t i = 0; i < n; i++)
        any |= value[i] > saturation;
    return any;
}

static void fill_mask(const struct pixels *p, double saturation, uint8_t *valid)
{
    const size_t pixels = (size_t)p->height * p->width;
    double value[SEGMENT];
    for (size_t first = 0; first < pixels; first += SEGMENT) {
        const size_t n = at_most(SEGMENT, pixels - first);
        wn_pixels_reals(p, first, n, value);
        for (size_t i = 0; i < n; i++)
            valid[first + i] = value[i] <= saturation;
    }
}

/* *mask: the usable pixels that are not above the saturation; NULL if no pixel is above it. */
static wn_status mask_overloads(const struct pixels *p, double saturation, uint8_t **mask)
{
    const size_t pixels = (size_t)p->height * p->width;
    size_t first = 0;
    *mask = NULL;
    while (first < pixels && !has_overload(p, first, at_most(SEGMENT, pixels - first), saturation))
        first += SEGMENT;
    if (first >= pixels)
        return WN_OK;
    *mask = malloc(pixels);
    if (!*mask)
        return WN_ERR_MEMORY;
    fill_mask(p, saturation, *mask);
    return WN_OK;
}

/* DIALS masks pixels above its trusted range. */
static wn_status dispersion_in_range(const wn_finder *finder, const struct pixels *pixels,
                                     struct found_list *list)
{
    struct pixels trusted = *pixels;
    uint8_t *mask = NULL;
    wn_status status = WN_OK;
    if (finder->saturation < INFINITY)
        status = mask_overloads(pixels, finder->saturation, &mask);
    if (mask)
        trusted.valid = mask;
    if (status == WN_OK)
        status = wn_find_dispersion(finder, &trusted, list);
    free(mask);
    return status;
}

/* ---- finding ------------------------------------------------------------------------------- */

static wn_status find(const wn_finder *finder, const struct pixels *pixels,
                      const struct ring_background *rings, struct found_list *list,
                      double *background)
{
    *background = NAN;
    switch (finder->params.method) {
    case WN_SPOTS_RING:
        *background = wn_ring_background_mean(finder->map, rings);
        return wn_find_ring_peaks(finder, pixels, rings, list);
    case WN_SPOTS_DISPERSION:
    case WN_SPOTS_DISPERSION_EXTENDED:
        return dispersion_in_range(finder, pixels, list);
    case WN_SPOTS_PEAKFINDER8:
        return wn_find_peakfinder8(finder, pixels, list, background);
    case WN_SPOTS_PYFAI:
        return wn_find_pyfai_peaks(finder, pixels, list, background);
    }
    return WN_ERR_PARAMS;
}

wn_status wn_find_on_pixels(const wn_finder *finder, const struct pixels *pixels,
                            const struct ring_background *rings, wn_found **out)
{
    struct found_list list = {0};
    wn_found *found = calloc(1, sizeof *found);
    wn_status status = found ? WN_OK : WN_ERR_MEMORY;
    if (status == WN_OK)
        status = find(finder, pixels, rings, &list, &found->background);
    if (status == WN_OK && list.failed)
        status = WN_ERR_MEMORY;
    if (status != WN_OK) {
        wn_found_list_free(&list);
        free(found);
        return status;
    }
    found->n = list.n;
    found->pixel = list.pixel;
    found->peaks = list.peaks;
    found->peak = list.peak;
    complete(finder, pixels, found);
    *out = found;
    return WN_OK;
}

/* Find ring peaks on the background of the frame, with blank areas masked. */
static wn_status find_rings(const wn_finder *finder, const struct pixels *pixels, wn_found **out)
{
    struct pixels unblanked = *pixels;
    struct ring_background background;
    uint8_t *mask;
    wn_status status =
        wn_ring_background_of_frame(finder->map, &finder->map_params, pixels, &mask, &background);
    if (status != WN_OK)
        return status;
    if (mask)
        unblanked.valid = mask;
    status = wn_find_on_pixels(finder, &unblanked, &background, out);
    wn_ring_background_free(&background);
    free(mask);
    return status;
}

wn_status wn_find(const wn_finder *finder, const wn_array *array, const void *frame, wn_found **out)
{
    const wn_map *map = finder->map;
    if (array->frames != 1)
        return WN_ERR_ARGUMENT;
    if (wn_array_bytes(array) == 0 || array->height != map->height || array->width != map->width)
        return WN_ERR_SHAPE;
    const struct pixels pixels = wn_pixels_of_frame(array, frame, map->valid, &finder->map_params);
    return finder->params.method == WN_SPOTS_RING ? find_rings(finder, &pixels, out)
                                                  : wn_find_on_pixels(finder, &pixels, NULL, out);
}
