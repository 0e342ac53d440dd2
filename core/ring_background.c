/* The background that peaks are found on, from the frame itself. */
#include <math.h>
#include <stdlib.h>

#include "ring_peaks.h"
#include "separate.h"

#define LOWEST_DISPERSION 0.25

void ring_background_free(struct ring_background *b)
{
    free(b->mean);
    free(b->dispersion);
    free(b->variance);
    *b = (struct ring_background){0};
}

double ring_background_mean(const wn_map *map, const struct ring_background *b)
{
    double sum = 0, pixels = 0;
    for (size_t i = 0; i < map->cells; i++) {
        sum += (double)b->mean[i] * map->cell_pixels[i];
        pixels += map->cell_pixels[i];
    }
    return pixels > 0 ? sum / pixels : NAN;
}

static wn_status background_of(const struct separation *s, struct ring_background *b)
{
    const wn_map *map = s->map;
    double *dispersion = malloc(map->regions * sizeof *dispersion);
    b->mean = malloc(map->cells * sizeof *b->mean);
    b->dispersion = malloc(map->cells * sizeof *b->dispersion);
    b->variance = s->real ? malloc(map->cells * sizeof *b->variance) : NULL;
    wn_status status = WN_ERR_MEMORY;
    if (dispersion && b->mean && b->dispersion && (b->variance || !s->real))
        status = separation_expected(s, b->mean);
    if (status == WN_OK)
        separation_dispersion(s, dispersion);
    for (size_t i = 0; i < (status == WN_OK ? map->cells : 0); i++) {
        const uint32_t region = map->cell_region[i];
        const double sigma = s->sigma[region] * map->cell_norm[i];
        b->dispersion[i] = s->real ? 1 : (float)fmax(dispersion[region], LOWEST_DISPERSION);
        if (s->real)
            b->variance[i] = (float)(sigma * sigma);
    }
    free(dispersion);
    return status;
}

wn_status ring_peaks(const struct wn_finder *finder, const struct pixels *pixels,
                     struct found_list *list, double *mean)
{
    struct pixels unblanked = *pixels;
    struct separation *separation;
    struct ring_background background = {0};
    uint8_t *mask;
    wn_status status =
        separate_background(finder->map, &finder->map_params, pixels, 1, &mask, &separation);
    if (status != WN_OK)
        return status;
    if (mask)
        unblanked.valid = mask;
    status = background_of(separation, &background);
    separation_free(separation);
    if (status == WN_OK) {
        *mean = ring_background_mean(finder->map, &background);
        status = ring_peaks_on(finder, &unblanked, &background, list);
    }
    ring_background_free(&background);
    free(mask);
    return status;
}
