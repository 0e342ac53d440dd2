/* The background that ring peaks are found on. */
#include "spots/ring_background.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "background/fill_gaps.h"
#include "background/surface.h"
#include "geometry/map.h"
#include "pick/separate.h"
#include "pick/separation.h"

/* As for picking by neighbourhoods, see pick/cluster.h. */
#define LOWEST_DISPERSION 0.25

#define FEWEST_ZEROS 16

/* Floats vary by no less than this part of their mean: single precision rounds both. */
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

/* What the regions add to the means of the cells. `sigma` is that of floats, `dispersion` of
 * counts. */
static void fill_cell(const wn_map *map, size_t cell, double sigma, double dispersion,
                      struct ring_background *b)
{
    const double spread =
        fmax(sigma * map->cell_norm[cell], MIN_FLOAT_SPREAD * fabs((double)b->mean[cell]));
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

/* ---- out of a chunk ------------------------------------------------------------------------ */

/* What a region's pixels that were not flagged are told by. */
struct region_evidence {
    size_t law;   /* pixels of cells of which more than zeros was dropped: their law tells */
    size_t zeros; /* pixels of cells of which all but zeros was kept, */
    size_t kept;  /* and those of them that were */
    size_t all;
};

static void count_pixels(const wn_map *map, const struct separated_frame *frame,
                         struct region_evidence *told)
{
    for (size_t i = 0; i < map->cells; i++) {
        struct region_evidence *t = &told[map->cell_region[i]];
        t->all += map->cell_pixels[i];
        t->law += frame->first_kept[i] > 1 ? map->cell_pixels[i] : 0;
        t->zeros += frame->first_kept[i] == 1 ? map->cell_pixels[i] : 0;
    }
    for (size_t i = 0; i < frame->flagged.n; i++) {
        const struct rect *a = &frame->flagged.area[i];
        for (uint32_t row = 0; row < a->height; row++) {
            const uint16_t *cell = map->cell + a->first + (size_t)row * map->width;
            for (uint32_t column = 0; column < a->width; column++) {
                struct region_evidence *t = &told[map->cell_region[cell[column]]];
                t->all--;
                t->law -= frame->first_kept[cell[column]] > 1;
                t->zeros -= frame->first_kept[cell[column]] == 1;
            }
        }
    }
    for (size_t i = 0; i < frame->kept; i++) {
        const uint16_t cell = map->cell[frame->kept_index[i]];
        told[map->cell_region[cell]].kept += frame->first_kept[cell] == 1;
    }
}

/* Where only zeros were dropped, their law tells no more than that. By Poisson's law the mean is
 * then what leaves so many zeros, which spots, being few pixels, hardly change. */
static wn_status means_of_regions(const wn_map *map, const struct separated_frame *frame,
                                  double *mean)
{
    struct region_evidence *told = calloc(map->regions, sizeof *told);
    bool *good = malloc(map->regions * sizeof *good);
    wn_status status = told && good ? WN_OK : WN_ERR_MEMORY;
    if (status == WN_OK)
        count_pixels(map, frame, told);
    for (size_t i = 0; i < (status == WN_OK ? map->regions : 0); i++) {
        const struct region_evidence *t = &told[i];
        const bool by_law = t->law > 0 && 2 * t->law >= t->all;
        good[i] = by_law || (t->zeros >= FEWEST_ZEROS && t->kept < t->zeros);
        if (!by_law && good[i])
            mean[i] = -log1p(-(double)t->kept / (double)t->zeros);
    }
    if (status == WN_OK)
        status = wn_fill_gaps(map, good, mean);
    free(told);
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
        /* what is narrower than Poisson's law may be so for the pixels alone that were dropped */
        const double dispersion = real ? 1 : fmax(profile->dispersion[region], 1);
        fill_cell(map, i, real ? profile->sigma[region] : 0, dispersion, b);
    }
    free(mean);
    if (status != WN_OK)
        wn_ring_background_free(b);
    return status;
}
