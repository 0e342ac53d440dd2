/* Memory of a separation, and quantities that follow from it: linear in the number of cells and of
 * flagged pixels. */
#include "pick/separation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "background/surface.h"
#include "geometry/map.h"

wn_status wn_separation_allocate(struct separation *s)
{
    const size_t regions = s->map->regions, cells = s->map->cells;
    s->result.regions = regions;
    s->result.background = calloc(regions, sizeof *s->result.background);
    s->background_sums = calloc(regions, sizeof *s->background_sums);
    s->cell_pixels = malloc(cells * sizeof *s->cell_pixels);
    s->mean = malloc(regions * sizeof *s->mean);
    s->sigma = malloc(regions * sizeof *s->sigma);
    s->first_kept = s->real ? NULL : malloc(cells * sizeof *s->first_kept);
    s->limit = s->real ? malloc(regions * sizeof *s->limit) : NULL;
    const bool complete = s->result.background && s->background_sums && s->cell_pixels && s->mean &&
                          s->sigma && (s->first_kept || s->limit);
    return complete ? WN_OK : WN_ERR_MEMORY;
}

void wn_separation_count_unflagged(struct separation *s)
{
    const wn_map *map = s->map;
    memcpy(s->cell_pixels, map->cell_pixels, map->cells * sizeof *s->cell_pixels);
    for (size_t i = 0; i < s->flagged.n; i++) {
        const struct rect *a = &s->flagged.area[i];
        for (uint32_t row = 0; row < a->height; row++) {
            const size_t first = a->first + (size_t)row * map->width;
            for (size_t pixel = first; pixel < first + a->width; pixel++)
                s->cell_pixels[map->cell[pixel]]--;
        }
    }
}

void wn_separation_destroy(struct separation *s)
{
    if (!s)
        return;
    free(s->result.background);
    free(s->result.kept_index);
    free(s->background_sums);
    free(s->cell_pixels);
    free(s->mean);
    free(s->sigma);
    free(s->first_kept);
    free(s->limit);
    wn_rect_list_free(&s->flagged);
    free(s->kind);
    wn_kept_grid_free(&s->grid);
    free(s->block_sum);
    free(s);
}

void wn_separation_free(wn_separation *separation)
{
    /* The public part is the first member. */
    wn_separation_destroy((struct separation *)(void *)separation);
}

void wn_separation_dispersion(const struct separation *s, double *dispersion)
{
    for (size_t i = 0; i < s->map->regions; i++) {
        const double variance = s->sigma[i] * s->sigma[i];
        dispersion[i] = s->mean[i] > 0 && variance > 0 ? variance / s->mean[i] : 1;
    }
}

wn_status wn_separation_expected(const struct separation *s, float *mean)
{
    struct surface surface;
    const wn_status status = wn_surface_make(s->map, s->mean, &surface);
    if (status != WN_OK)
        return status;
    for (size_t i = 0; i < s->map->cells; i++) {
        const double value = surface_at(&surface, i) * s->map->cell_norm[i];
        mean[i] = (float)(s->real ? value : fmax(value, 0));
    }
    wn_surface_free(&surface);
    return WN_OK;
}
