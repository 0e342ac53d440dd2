/* Separations made by another program, pyFAI for one: kinds of pixels and background of every
 * region are taken over, and the sums of background pixels are those of the expected values. One
 * pass over the pixels for each kind. */
#include "pick/external_separation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/element_type.h"
#include "geometry/map.h"
#include "pick/pick.h"
#include "pick/separation.h"

/* Negative integers cannot be kept, only flagged: their bits are above those of the maximum. */
static wn_pixel_kind kind_of(const struct separation *s, const struct pixels *p,
                             const wn_external_frame *external, size_t pixel)
{
    const wn_pixel_kind kind = (wn_pixel_kind)external->kind[pixel];
    if (kind == WN_PIXEL_KEPT && !s->real && pixels_bits(p, pixel) > wn_type_maximum(p->type))
        return WN_PIXEL_FLAGGED;
    return kind;
}

static wn_status take_flagged(struct separation *s, const struct pixels *p,
                              const wn_external_frame *external)
{
    struct run_list runs = {0};
    wn_status status = WN_OK;
    for (size_t i = 0; i < (size_t)p->height * p->width && status == WN_OK; i++) {
        const struct run run = {(uint32_t)i, 1, pixels_bits(p, i)};
        if (kind_of(s, p, external, i) == WN_PIXEL_FLAGGED)
            status = wn_run_list_add(&runs, &run, p->width);
    }
    if (status == WN_OK)
        status = wn_rects_of_runs(&runs, 1, p->width, &s->flagged);
    wn_run_list_free(&runs);
    s->result.flagged = s->flagged.pixels;
    return status;
}

static wn_status take_kept(struct separation *s, const struct pixels *p,
                           const wn_external_frame *external)
{
    const size_t pixels = (size_t)p->height * p->width;
    s->result.kept_index = malloc((pixels + 1) * sizeof *s->result.kept_index);
    if (!s->result.kept_index)
        return WN_ERR_MEMORY;
    for (size_t i = 0; i < pixels; i++) {
        if (kind_of(s, p, external, i) == WN_PIXEL_KEPT)
            s->result.kept_index[s->result.kept++] = (uint32_t)i;
    }
    return WN_OK;
}

/* Lower first_kept of each cell to its lowest kept value. */
static void lower_first_kept(struct separation *s, const struct pixels *p)
{
    for (size_t i = 0; i < s->result.kept; i++) {
        const size_t pixel = s->result.kept_index[i];
        const uint64_t value = pixels_bits(p, pixel);
        uint32_t *first = &s->first_kept[s->map->cell[pixel]];
        if (value < *first)
            *first = (uint32_t)value;
    }
}

/* Sums of background pixels, as if each had exactly its expected mean and variance. */
static void sum_expected(struct separation *s, const struct pick_rule *rule,
                         const wn_external_frame *external, double *expected)
{
    const wn_map *map = s->map;
    for (size_t i = 0; i < (size_t)map->height * map->width; i++) {
        const double norm = map->norm ? map->norm[i] : 1;
        const struct expected_background e = wn_expected_at(rule, i);
        expected[i] = e.mean * norm;
        if (external->kind[i] != WN_PIXEL_BACKGROUND)
            continue;
        const double scale = s->real ? 1 : norm;
        const size_t region = map->cell_region[map->cell[i]];
        const double difference = e.mean * scale - s->mean[region], sigma = e.sigma * scale;
        struct background_sums *d = &s->background_sums[region];
        d->n++;
        d->sum += difference;
        d->sum2 += difference * difference + sigma * sigma;
    }
}

static wn_status make_limits(struct separation *s, const struct pick_rule *rule,
                             const struct pixels *p)
{
    struct pick_limits limits;
    const wn_status status = wn_pick_limits_make(s, rule, p->type, &limits);
    if (status != WN_OK)
        return status;
    wn_pick_limits_free(&limits);
    if (!s->real)
        lower_first_kept(s, p);
    wn_separation_count_unflagged(s);
    return WN_OK;
}

static wn_status take_background(struct separation *s, const wn_params *params,
                                 const struct pixels *p, const wn_external_frame *external,
                                 double *expected)
{
    const size_t regions = s->map->regions;
    struct pick_rule rule = {
        .method = s->map->model.kind == WN_MODEL_RADIAL ? PICK_BY_PIXEL : PICK_PUBLISHED,
        .pick = (params->pick > 0 ? params->pick : WN_DEFAULT_PICK) / 100.0,
        .noise = params->noise_floor / 100.0,
        .mean = s->mean,
        .sigma = s->sigma,
        .dark = malloc(regions * sizeof *rule.dark),
        .keep_all = calloc(regions, sizeof *rule.keep_all),
    };
    wn_status status = rule.dark && rule.keep_all ? WN_OK : WN_ERR_MEMORY;
    for (size_t i = 0; i < regions && status == WN_OK; i++) {
        s->mean[i] = external->mean[i];
        s->sigma[i] = external->sigma[i];
        rule.dark[i] = -INFINITY;
        if (!isfinite(external->mean[i]) || !(external->sigma[i] >= 0) ||
            !isfinite(external->sigma[i]))
            status = WN_ERR_ARGUMENT;
    }
    if (status == WN_OK)
        status = wn_surface_make(s->map, s->mean, &rule.background);
    if (status == WN_OK)
        status = make_limits(s, &rule, p);
    if (status == WN_OK)
        sum_expected(s, &rule, external, expected);
    wn_surface_free(&rule.background);
    free(rule.dark);
    free(rule.keep_all);
    return status;
}

wn_status wn_separation_of_external(const wn_map *map, const wn_params *params,
                                    const struct pixels *pixels, const wn_external_frame *external,
                                    double *expected, struct separation **out)
{
    struct separation *s = calloc(1, sizeof *s);
    if (!s)
        return WN_ERR_MEMORY;
    s->map = map;
    s->real = wn_type_is_float(pixels->type);
    wn_status status = take_flagged(s, pixels, external);
    if (status == WN_OK)
        status = wn_separation_allocate(s);
    if (status == WN_OK)
        status = take_kept(s, pixels, external);
    if (status == WN_OK)
        status = take_background(s, params, pixels, external, expected);
    if (status == WN_OK)
        *out = s;
    else
        wn_separation_destroy(s);
    return status;
}
