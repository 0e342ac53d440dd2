/* The `peakfinder` kernel of pyFAI (Kieffer et al., J. Appl. Cryst. 58 (2025) 138), in float32 as
 * there: a peak is a pixel that is the maximum of its patch and has enough neighbours above the
 * cut-off; the positive residuals of the patch are summed. Equal maxima are both reported, patches
 * may overlap, and masked pixels reject a patch only if the noise floor is 0. One pass compares
 * each pixel with a lower limit of its ring; only the few above it get the exact test. */
#include "spots/pyfai_peaks.h"

#include <math.h>
#include <stdlib.h>

#include "geometry/map.h"
#include "pick/separate.h"
#include "pick/separation.h"
#include "spots/found_list.h"

#define MAX_PATCH_PIXELS 25

/* Relative margin of the first test, for the rounding of float32. */
#define FLOAT32_MARGIN 1e-5

/* A frame with its background. */
struct pyfai_field {
    const wn_spot_params *params;
    const wn_map *map;
    const struct pixels *pixels;
    const struct separation *s;
    float first_ring, ring_width; /* middle of the first ring, and distance to the next, m */
    float cutoff, noise;
};

/* A pixel's excess over its background, and the noise it is compared with. */
struct residual {
    float signal, noise;
};

/* ---- residuals ----------------------------------------------------------------------------- */

static float metres(const struct pyfai_field *f, double radius)
{
    return (float)(radius * f->params->pixel_size);
}

/* Linear interpolation between the middles of two rings. */
struct ring_weights {
    size_t inner, outer;
    float weight; /* of the outer one */
};

static struct ring_weights rings_of(const struct pyfai_field *f, size_t pixel)
{
    const wn_map *map = f->map;
    const double x = (double)(pixel % map->width), y = (double)(pixel / map->width);
    const float radius = metres(f, wn_geometry_radius(&map->geometry, x, y));
    const float position = (radius - f->first_ring) / f->ring_width;
    const float last = (float)(map->regions - 1);
    const float p = !(position > 0) ? 0 : position < last ? position : last;
    const size_t inner = (size_t)p, outer = inner + 1 < map->regions ? inner + 1 : inner;
    return (struct ring_weights){inner, outer, p - (float)inner};
}

static float interpolate(const double *value, const struct ring_weights *b)
{
    return (1 - b->weight) * (float)value[b->inner] + b->weight * (float)value[b->outer];
}

static float background_at(const struct pyfai_field *f, size_t pixel)
{
    const struct ring_weights rings = rings_of(f, pixel);
    return interpolate(f->s->mean, &rings);
}

/* As in pyFAI: a masked pixel has only the noise floor; one that is flagged by its value has no
 * signal. */
static struct residual residual_at(const struct pyfai_field *f, size_t pixel)
{
    const wn_map *map = f->map;
    if (map->valid && !map->valid[pixel])
        return (struct residual){-INFINITY, f->noise};
    const struct ring_weights rings = rings_of(f, pixel);
    const float sigma = interpolate(f->s->sigma, &rings);
    const float noise = sqrtf(sigma * sigma + f->noise * f->noise);
    double value;
    wn_pixels_reals(f->pixels, pixel, 1, &value);
    if (isnan(value))
        return (struct residual){0, noise};
    const float normalised = map->norm ? (float)value / map->norm[pixel] : (float)value;
    return (struct residual){normalised - interpolate(f->s->mean, &rings), noise};
}

static bool is_above(const struct pyfai_field *f, struct residual r)
{
    return r.signal > 0 && r.signal >= f->cutoff * r.noise;
}

/* ---- peaks --------------------------------------------------------------------------------- */

/* The square of pixels around a centre that is not too close to the edge of the frame, row by row.
 */
struct patch {
    size_t n;
    size_t pixel[MAX_PATCH_PIXELS];
    struct residual residual[MAX_PATCH_PIXELS];
};

static struct patch patch_of(const struct pyfai_field *f, size_t centre)
{
    const size_t width = f->map->width, edge = (size_t)f->params->patch, half = edge / 2;
    const size_t first = centre - half * width - half;
    struct patch patch = {.n = edge * edge};
    for (size_t i = 0; i < patch.n; i++) {
        patch.pixel[i] = first + i / edge * width + i % edge;
        patch.residual[i] = residual_at(f, patch.pixel[i]);
    }
    return patch;
}

static bool is_peak(const struct pyfai_field *f, const struct patch *patch)
{
    const float centre = patch->residual[patch->n / 2].signal;
    int above = 0;
    for (size_t i = 0; i < patch->n; i++) {
        const struct residual r = patch->residual[i];
        const bool masked = r.noise == 0 && r.signal <= 0;
        if (masked || r.signal > centre)
            return false;
        above += is_above(f, r);
    }
    return above >= f->params->connected;
}

static void add_peak(const struct pyfai_field *f, const struct patch *patch, uint32_t spot,
                     struct found_list *list)
{
    for (size_t i = 0; i < patch->n; i++) {
        const struct residual r = patch->residual[i];
        if (!(r.signal > 0))
            continue;
        const double expected = background_at(f, patch->pixel[i]), noise = r.noise;
        const wn_found_pixel pixel = {
            .index = (uint32_t)patch->pixel[i],
            .spot = spot,
            .value = expected + r.signal,
            .expected = expected,
            .variance = noise * noise,
            .bits = is_above(f, r) ? WN_FOUND_STRONG : 0,
        };
        wn_found_list_add(list, &pixel);
    }
}

/* Returns whether a peak was added. */
static bool try_pixel(const struct pyfai_field *f, size_t pixel, uint32_t spot,
                      struct found_list *list)
{
    const size_t width = f->map->width, half = (size_t)f->params->patch / 2;
    const size_t column = pixel % width;
    if (column < half || column + half >= width || !is_above(f, residual_at(f, pixel)))
        return false;
    const struct patch patch = patch_of(f, pixel);
    if (!is_peak(f, &patch))
        return false;
    add_peak(f, &patch, spot, list);
    return true;
}

/* ---- the frame ----------------------------------------------------------------------------- */

/* The lowest of three rings: pixels of a ring are interpolated with either neighbour. */
static double lowest_around(const double *value, size_t region, size_t regions)
{
    const double inner = value[region > 0 ? region - 1 : region];
    const double outer = value[region + 1 < regions ? region + 1 : region];
    return fmin(value[region], fmin(inner, outer));
}

/* For each ring, a normalised value below which no pixel is a peak: [regions], to be freed. */
static double *limits_of_rings(const struct pyfai_field *f)
{
    const size_t regions = f->map->regions;
    double *limits = malloc(regions * sizeof *limits);
    for (size_t i = 0; limits && i < regions; i++) {
        const double mean = lowest_around(f->s->mean, i, regions);
        const double sigma = lowest_around(f->s->sigma, i, regions);
        const double margin = f->params->cutoff * hypot(sigma, f->params->noise);
        limits[i] = mean + margin - FLOAT32_MARGIN * (fabs(mean) + margin);
    }
    return limits;
}

static void search(const struct pyfai_field *f, const double *limits, struct found_list *list)
{
    const wn_map *map = f->map;
    const size_t half = (size_t)f->params->patch / 2;
    if (map->height < 2 * half + 1)
        return;
    const size_t end = (map->height - half) * map->width;
    double value[SEGMENT];
    uint32_t spot = 0;
    for (size_t first = half * map->width; first < end; first += SEGMENT) {
        const size_t n = at_most(end - first, SEGMENT);
        wn_pixels_reals(f->pixels, first, n, value);
        for (size_t i = 0; i < n; i++) {
            const double norm = map->norm ? map->norm[first + i] : 1;
            const double limit = limits[map->cell_region[map->cell[first + i]]];
            if (value[i] >= limit * norm)
                spot += try_pixel(f, first + i, spot, list);
        }
    }
}

/* Mean of the background over the pixels that are not flagged, in counts. */
static double mean_background(const struct separation *s)
{
    const wn_map *map = s->map;
    double sum = 0, n = 0;
    for (size_t i = 0; i < map->cells; i++) {
        sum += s->cell_pixels[i] * s->mean[map->cell_region[i]] * map->cell_norm[i];
        n += s->cell_pixels[i];
    }
    return n > 0 ? sum / n : 0;
}

wn_status wn_find_pyfai_peaks(const struct wn_finder *finder, const struct pixels *pixels,
                              struct found_list *list, double *background)
{
    struct separation *s;
    wn_status status = wn_separate_pixels(finder->map, &finder->map_params, pixels, 1, &s);
    if (status != WN_OK)
        return status;
    struct pyfai_field f = {
        .params = &finder->params,
        .map = finder->map,
        .pixels = pixels,
        .s = s,
        .cutoff = (float)finder->params.cutoff,
        .noise = (float)finder->params.noise,
    };
    f.first_ring = metres(&f, wn_map_radius(f.map, 0));
    f.ring_width = metres(&f, wn_map_radius(f.map, 1)) - f.first_ring;
    double *limits = limits_of_rings(&f);
    if (limits) {
        search(&f, limits, list);
        *background = mean_background(s);
    }
    free(limits);
    wn_separation_destroy(s);
    return limits ? WN_OK : WN_ERR_MEMORY;
}
