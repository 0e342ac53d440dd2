/* For a frame: mean and sigma of the regions by sigma clipping (pick/separate.h), interpolated over
 * the cells. For a chunk: the stored profile, except in regions where only zeros were dropped;
 * there the mean m follows from the fraction of pixels that are zero, exp(-m) for Poisson counts.
 */
#include "spots/ring_background.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "background/fill_gaps.h"
#include "background/surface.h"
#include "geometry/map.h"
#include "pick/separate.h"
#include "pick/separation.h"

/* Same as in pick/cluster.c. */
#define MIN_DISPERSION 0.25

/* Pixels that a region needs for its mean to be computed from the zeros. */
#define MIN_ZERO_CELL_PIXELS 16

/* Least sigma of floats, relative to their mean: single precision rounds both. */
#define MIN_FLOAT_SPREAD 1e-6

void wn_ring_background_free(struct ring_background *b)
{
    free(b->mean);
    free(b->dispersion);
    free(b->variance);
    *b = (struct ring_background){0};
}

double wn_ring_background_mean(const wn_map *map, const struct ring_background *b)
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

/* Spread of a cell from that of its region: `sigma` for floats, `dispersion` for counts. */
static void fill_cell(const wn_map *map, size_t cell, double sigma, double dispersion,
                      struct ring_background *b)
{
    const double spread =
        fmax(sigma * map->cell_norm[cell], MIN_FLOAT_SPREAD * fabs((double)b->mean[cell]));
    b->dispersion[cell] = b->variance ? 1 : (float)fmax(dispersion, MIN_DISPERSION);
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
        status = wn_separation_expected(s, b->mean);
    if (status == WN_OK)
        wn_separation_dispersion(s, dispersion);
    for (size_t i = 0; i < (status == WN_OK ? map->cells : 0); i++) {
        const uint32_t region = map->cell_region[i];
        fill_cell(map, i, s->sigma[region], dispersion[region], b);
    }
    free(dispersion);
    return status;
}

wn_status wn_ring_background_of_frame(const wn_map *map, const wn_params *params,
                                      const struct pixels *pixels, uint8_t **mask,
                                      struct ring_background *background)
{
    struct separation *separation;
    wn_status status = wn_separate_background(map, params, pixels, 1, mask, &separation);
    if (status != WN_OK)
        return status;
    status = background_of_separation(separation, background);
    wn_separation_destroy(separation);
    if (status != WN_OK) {
        wn_ring_background_free(background);
        free(*mask);
    }
    return status;
}

/* ---- from a chunk -------------------------------------------------------------------------- */

/* Evidence available about the unflagged pixels of a region: numbers of pixels. */
struct region_evidence {
    size_t dropped; /* in cells that dropped counts above 0: their distribution is known */
    size_t zeros;   /* in cells that dropped zeros only */
    size_t kept;    /* of the latter, those that are kept: not zero */
    size_t all;
};

static void count_pixels(const wn_map *map, const struct separated_frame *frame,
                         struct region_evidence *evidence)
{
    for (size_t i = 0; i < map->cells; i++) {
        struct region_evidence *t = &evidence[map->cell_region[i]];
        t->all += map->cell_pixels[i];
        t->dropped += frame->first_kept[i] > 1 ? map->cell_pixels[i] : 0;
        t->zeros += frame->first_kept[i] == 1 ? map->cell_pixels[i] : 0;
    }
    for (size_t i = 0; i < frame->flagged.n; i++) {
        const struct rect *a = &frame->flagged.area[i];
        for (uint32_t row = 0; row < a->height; row++) {
            const uint16_t *cell = map->cell + a->first + (size_t)row * map->width;
            for (uint32_t column = 0; column < a->width; column++) {
                struct region_evidence *t = &evidence[map->cell_region[cell[column]]];
                t->all--;
                t->dropped -= frame->first_kept[cell[column]] > 1;
                t->zeros -= frame->first_kept[cell[column]] == 1;
            }
        }
    }
    for (size_t i = 0; i < frame->kept; i++) {
        const uint16_t cell = map->cell[frame->kept_index[i]];
        evidence[map->cell_region[cell]].kept += frame->first_kept[cell] == 1;
    }
}

/* Where only zeros were dropped, the profile says nothing about the mean. It is then the Poisson
 * mean that gives this fraction of zeros; spots, being few pixels, hardly change it. */
static wn_status means_of_regions(const wn_map *map, const struct separated_frame *frame,
                                  double *mean)
{
    struct region_evidence *evidence = calloc(map->regions, sizeof *evidence);
    bool *good = malloc(map->regions * sizeof *good);
    wn_status status = evidence && good ? WN_OK : WN_ERR_MEMORY;
    if (status == WN_OK)
        count_pixels(map, frame, evidence);
    for (size_t i = 0; i < (status == WN_OK ? map->regions : 0); i++) {
        const struct region_evidence *t = &evidence[i];
        const bool by_profile = t->dropped > 0 && 2 * t->dropped >= t->all;
        good[i] = by_profile || (t->zeros >= MIN_ZERO_CELL_PIXELS && t->kept < t->zeros);
        if (!by_profile && good[i])
            mean[i] = -log1p(-(double)t->kept / (double)t->zeros);
    }
    if (status == WN_OK)
        status = wn_fill_gaps(map, good, mean);
    free(evidence);
    free(good);
    return status;
}

wn_status wn_ring_background_of_chunk(const wn_map *map, const struct separated_frame *frame,
                                      bool real, struct ring_background *b)
{
    const struct profile *profile = &frame->profile;
    double *mean = malloc(map->regions * sizeof *mean);
    wn_status status = allocate(map, real, b);
    if (!mean)
        status = WN_ERR_MEMORY;
    if (status == WN_OK)
        memcpy(mean, profile->mean, map->regions * sizeof *mean);
    if (status == WN_OK && frame->first_kept)
        status = means_of_regions(map, frame, mean);
    if (status == WN_OK)
        status = wn_surface_of_means(map, mean, b->mean);
    for (size_t i = 0; i < (status == WN_OK ? map->cells : 0); i++) {
        const uint32_t region = map->cell_region[i];
        /* a dispersion below 1 may come from dropping only the lower part of the distribution */
        const double dispersion = real ? 1 : fmax(profile->dispersion[region], 1);
        fill_cell(map, i, real ? profile->sigma[region] : 0, dispersion, b);
    }
    free(mean);
    if (status != WN_OK)
        wn_ring_background_free(b);
    return status;
}
