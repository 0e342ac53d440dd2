/* The background that ring peaks are found on. */
#include <math.h>
#include <stdlib.h>

#include "profile.h"
#include "ring_field.h"
#include "separate.h"

/* As for picking by neighbourhoods, see cluster.h. */
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

/* On an error the background is to be freed. */
static wn_status allocate(const wn_map *map, bool real, struct ring_background *b)
{
    *b = (struct ring_background){
        .mean = malloc(map->cells * sizeof *b->mean),
        .dispersion = malloc(map->cells * sizeof *b->dispersion),
        .variance = real ? malloc(map->cells * sizeof *b->variance) : NULL,
    };
    return b->mean && b->dispersion && (b->variance || !real) ? WN_OK : WN_ERR_MEMORY;
}

/* What the regions add to the means of the cells. `sigma` is that of floats, `dispersion` of
 * counts. */
static void fill_cell(const wn_map *map, size_t cell, double sigma, double dispersion,
                      struct ring_background *b)
{
    const double spread = sigma * map->cell_norm[cell];
    b->dispersion[cell] = b->variance ? 1 : (float)fmax(dispersion, LOWEST_DISPERSION);
    if (b->variance)
        b->variance[cell] = (float)(spread * spread);
    else
        b->mean[cell] = fmaxf(b->mean[cell], 0);
}

static wn_status background_of_separation(const struct separation *s, struct ring_background *b)
{
    const wn_map *map = s->map;
    double *dispersion = malloc(map->regions * sizeof *dispersion);
    wn_status status = allocate(map, s->real, b);
    if (!dispersion)
        status = WN_ERR_MEMORY;
    if (status == WN_OK)
        status = separation_expected(s, b->mean);
    if (status == WN_OK)
        separation_dispersion(s, dispersion);
    for (size_t i = 0; i < (status == WN_OK ? map->cells : 0); i++) {
        const uint32_t region = map->cell_region[i];
        fill_cell(map, i, s->sigma[region], dispersion[region], b);
    }
    free(dispersion);
    return status;
}

wn_status ring_background_of_frame(const wn_map *map, const wn_params *params,
                                   const struct pixels *pixels, uint8_t **mask,
                                   struct ring_background *background)
{
    struct separation *separation;
    wn_status status = separate_background(map, params, pixels, 1, mask, &separation);
    if (status != WN_OK)
        return status;
    status = background_of_separation(separation, background);
    separation_free(separation);
    if (status != WN_OK) {
        ring_background_free(background);
        free(*mask);
    }
    return status;
}

wn_status ring_background_of_profile(const wn_map *map, const struct profile *profile, bool real,
                                     struct ring_background *b)
{
    wn_status status = allocate(map, real, b);
    if (status == WN_OK)
        status = profile_expected(map, profile, b->mean);
    for (size_t i = 0; i < (status == WN_OK ? map->cells : 0); i++) {
        const uint32_t region = map->cell_region[i];
        fill_cell(map, i, real ? profile->sigma[region] : 0, real ? 1 : profile->dispersion[region],
                  b);
    }
    if (status != WN_OK)
        ring_background_free(b);
    return status;
}
