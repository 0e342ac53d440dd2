/* The kept grid of a frame, by the parameter `keep`: clusters (cluster.c), picked pixels, or
 * everything; and the sums of blocks if they are asked for. Cost: the cluster search, one pass over
 * the pixels for their kinds and one for the sums, twice if blocks have to be kept. */
#include "pick/keep_policy.h"

#include <stdlib.h>

#include "common/element_type.h"
#include "format/block_sums.h"
#include "geometry/map.h"
#include "pick/background_sums.h"
#include "pick/cluster.h"
#include "pick/pair_evenness.h"

/* Beside clusters, single pixels above this many sigma are kept: about one false positive in a
 * frame. */
#define SINGLE_SIGMA 5

/* The grain of clusters without blocks. */
#define CLUSTER_GRAIN 2

double wn_keep_single_sigma(const wn_params *params)
{
    const bool outlier = params->keep == WN_KEEP_AUTO || params->keep == WN_KEEP_OUTLIER;
    return !outlier ? SINGLE_SIGMA : (params->pick > 0 ? params->pick : WN_DEFAULT_PICK) / 100.0;
}

bool wn_keeps_grid(const wn_params *params, wn_type type)
{
    return !wn_type_is_float(type) &&
           (params->keep == WN_KEEP_CLUSTER || params->keep == WN_KEEP_ALL || params->block > 0);
}

/* The grain. With blocks, the smallest edge above 1 that divides theirs, so that blocks are whole
 * squares. */
static unsigned grain_of(const wn_params *params)
{
    if (params->keep != WN_KEEP_CLUSTER)
        return 1;
    if (params->block == 0)
        return CLUSTER_GRAIN;
    unsigned grain = 2;
    while ((unsigned)params->block % grain != 0)
        grain++;
    return grain;
}

/* ---- clusters ------------------------------------------------------------------------------ */

static wn_status keep_clusters(struct separation *s, const wn_params *params,
                               const struct pixels *p, int threads)
{
    const struct cluster_rule rule = {
        .seed = (params->pick > 0 ? params->pick : WN_DEFAULT_SEED) / 100.0,
        .single = wn_keep_single_sigma(params),
        .width = params->filter_width / 10.0,
        .halo = params->halo > 0 || params->block == 0 ? params->halo : WN_DEFAULT_HALO,
        .grain = (int)s->grid.grain,
    };
    float *mean = malloc(s->map->cells * sizeof *mean);
    double *dispersion = malloc(s->map->regions * sizeof *dispersion);
    wn_status status = mean && dispersion ? wn_separation_expected(s, mean) : WN_ERR_MEMORY;
    if (status == WN_OK) {
        wn_separation_dispersion(s, dispersion);
        status = wn_cluster_find(s->map, p, mean, dispersion, &rule, threads, s->grid.square);
    }
    free(mean);
    free(dispersion);
    return status;
}

static void keep_picked(struct separation *s)
{
    for (size_t i = 0; i < s->result.kept; i++)
        s->grid.square[s->result.kept_index[i]] = 1;
}

/* ---- blocks -------------------------------------------------------------------------------- */

/* The lowest sum from which a pixel that reads as a flag could be drawn. */
static uint64_t lowest_flag(const struct pixels *p)
{
    uint64_t flag = wn_type_maximum(p->type);
    if (flag > UINT32_MAX)
        flag = UINT32_MAX;
    if (p->has_dummy && p->dummy >= 0 && (uint64_t)p->dummy < flag)
        flag = (uint64_t)p->dummy;
    return flag;
}

static void keep_block(struct separation *s, size_t x, size_t y)
{
    const struct kept_grid *grid = &s->grid;
    const size_t squares = s->block_edge / grid->grain;
    const size_t end_x = at_most((x + 1) * squares, grid->across);
    const size_t end_y = at_most((y + 1) * squares, grid->down);
    for (size_t row = y * squares; row < end_y; row++) {
        for (size_t column = x * squares; column < end_x; column++)
            grid->square[row * grid->across + column] = 1;
    }
}

static void classify_pixels(struct separation *s)
{
    const struct kept_grid *grid = s->grid.square ? &s->grid : NULL;
    s->result.kept =
        wn_kept_grid_classify(grid, &s->flagged, s->map->height, s->map->width, s->kind);
}

/* Sum up the blocks. Those whose sum is too high are kept: then *high is set, and the sums must be
 * taken again. */
static wn_status sum_rows(struct separation *s, const struct block_sums *b, const struct pixels *p,
                          bool *high)
{
    const uint64_t flag = lowest_flag(p);
    uint64_t *sum = malloc(b->across * sizeof *sum);
    uint8_t *used = malloc(b->across);
    const bool memory = sum && used;
    s->blocks = 0;
    for (size_t row = 0; memory && row < b->down; row++) {
        wn_block_sums_add_up(b, p, s->kind + row * s->block_edge * p->width, row, sum, used);
        for (size_t i = 0; i < b->across; i++) {
            s->block_sum[s->blocks] = (uint32_t)sum[i];
            s->blocks += used[i];
            if (sum[i] < flag)
                continue;
            keep_block(s, i, row);
            *high = true;
        }
    }
    free(sum);
    free(used);
    return memory ? WN_OK : WN_ERR_MEMORY;
}

static wn_status sum_blocks(struct separation *s, const struct pixels *p)
{
    struct block_sums b;
    wn_status status = wn_block_sums_create(s->map, NULL, s->block_edge, &b);
    if (status != WN_OK)
        return status;
    bool high = false;
    s->block_sum = malloc((b.across * b.down + 1) * sizeof *s->block_sum);
    status = s->block_sum ? sum_rows(s, &b, p, &high) : WN_ERR_MEMORY;
    if (status == WN_OK && high) {
        classify_pixels(s);
        status = sum_rows(s, &b, p, &high);
    }
    s->evenness = wn_pair_evenness(p, s->kind);
    wn_block_sums_free(&b);
    return status;
}

/* ---- frames ---------------------------------------------------------------------------------- */

wn_status wn_keep_all(struct separation *s)
{
    if (!s->kind)
        s->kind = malloc((size_t)s->map->height * s->map->width);
    if (!s->kind)
        return WN_ERR_MEMORY;
    wn_kept_grid_free(&s->grid);
    s->block_edge = 0;
    classify_pixels(s);
    return WN_OK;
}

wn_status wn_keep_grid(struct separation *s, const wn_params *params, const struct pixels *p,
                       int threads)
{
    if (params->keep == WN_KEEP_ALL)
        return wn_keep_all(s);
    const wn_map *map = s->map;
    s->block_edge = (unsigned)params->block;
    s->kind = malloc((size_t)map->height * map->width);
    if (!s->kind)
        return WN_ERR_MEMORY;
    wn_status status = wn_kept_grid_create(map->height, map->width, grain_of(params), &s->grid);
    if (status == WN_OK && params->keep == WN_KEEP_CLUSTER)
        status = keep_clusters(s, params, p, threads);
    else if (status == WN_OK)
        keep_picked(s);
    if (status != WN_OK)
        return status;
    classify_pixels(s);
    if (s->block_edge == 0) {
        wn_background_sums_classified(s, p);
        return WN_OK;
    }
    return sum_blocks(s, p);
}

wn_status wn_keep_list(struct separation *s)
{
    uint32_t *index = malloc((s->result.kept + 1) * sizeof *index);
    if (!index)
        return WN_ERR_MEMORY;
    size_t n = 0;
    for (size_t i = 0; n < s->result.kept; i++) {
        if (s->kind[i] == WN_PIXEL_KEPT)
            index[n++] = (uint32_t)i;
    }
    free(s->result.kept_index);
    s->result.kept_index = index;
    return WN_OK;
}
