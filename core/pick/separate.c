/* Separation of a frame: collect the pixels of every region, sigma clipping, thresholds, picking.
 * Cost: one pass over the pixels for the collection, one for picking, and what keep_policy.c
 * adds. */
#include "pick/separate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "background/fill_gaps.h"
#include "background/sigma_clip.h"
#include "frame/blank_areas.h"
#include "geometry/map.h"
#include "params/params.h"
#include "pick/background_sums.h"
#include "pick/keep_policy.h"
#include "pick/pick.h"
#include "pick/separation.h"

/* ---- background ---------------------------------------------------------------------------- */

static void clip_regions(const struct collection *c, const struct sigma_clip_rule *rule,
                         int threads, wn_background *background, struct pick_rule *pick)
{
    const size_t regions = c->map->regions;
#pragma omp parallel for schedule(dynamic, 16) num_threads(threads) if (threads > 1)
    for (size_t i = 0; i < regions; i++) {
        struct samples samples = wn_collection_samples(c, i);
        pick->keep_all[i] = !rule->compat_pyfai && samples.n < MIN_SAMPLES;
        background[i] = wn_sigma_clip(&samples, rule, &pick->dark[i]);
    }
}

/* The background for thresholds. Regions without a background, or with too few pixels to trust it,
 * get that of their neighbours; pyFAI leaves them at 0. */
static wn_status fill_background(struct separation *s, const wn_params *params,
                                 const bool *keep_all)
{
    const size_t regions = s->map->regions;
    const wn_background *background = s->result.background;
    bool *good = malloc(regions * sizeof *good);
    if (!good)
        return WN_ERR_MEMORY;
    for (size_t i = 0; i < regions; i++) {
        s->mean[i] = background[i].mean;
        s->sigma[i] = background[i].sigma;
        good[i] = background[i].count > 0 && !keep_all[i];
    }
    wn_status status = WN_OK;
    if (!params->compat_pyfai) {
        status = wn_fill_gaps(s->map, good, s->mean);
        if (status == WN_OK)
            status = wn_fill_gaps(s->map, good, s->sigma);
    }
    free(good);
    return status;
}

static enum pick_method pick_method_of(const struct separation *s, const wn_params *params)
{
    const bool counts = !s->real && !s->map->norm;
    if (counts && params->noise_floor == 0 && !params->compat_pyfai)
        return PICK_QUANTILE;
    return s->map->model.kind == WN_MODEL_RADIAL ? PICK_BY_PIXEL : PICK_PUBLISHED;
}

/* ---- frames ---------------------------------------------------------------------------------- */

static wn_status pick_pixels(struct separation *s, const struct pick_rule *rule,
                             const struct collection *c, const struct pixels *p, int threads)
{
    struct pick_limits limits;
    wn_status status = wn_pick_limits_make(s, rule, p->type, &limits);
    if (status != WN_OK)
        return status;
    status = wn_pick(s, &limits, p, threads);
    wn_separation_count_unflagged(s);
    if (status == WN_OK)
        status = wn_background_sums_picked(s, &limits, c, p);
    wn_pick_limits_free(&limits);
    return status;
}

/* The background, and the kept pixels if `picked`. */
static wn_status separate_collected(struct separation *s, const wn_params *params,
                                    const struct collection *c, const struct pixels *p, bool picked,
                                    int threads)
{
    const struct sigma_clip_rule clipping = wn_sigma_clip_rule(params, p->type);
    struct pick_rule rule = {
        .method = pick_method_of(s, params),
        .pick = wn_keep_single_sigma(params),
        .noise = params->noise_floor / 100.0,
        .mean = s->mean,
        .sigma = s->sigma,
        .dark = malloc(s->map->regions * sizeof *rule.dark),
        .keep_all = malloc(s->map->regions * sizeof *rule.keep_all),
    };
    wn_status status = rule.dark && rule.keep_all ? WN_OK : WN_ERR_MEMORY;
    if (status == WN_OK) {
        clip_regions(c, &clipping, threads, s->result.background, &rule);
        status = fill_background(s, params, rule.keep_all);
    }
    if (status == WN_OK && picked)
        status = wn_surface_make(s->map, s->mean, &rule.background);
    if (status == WN_OK && picked)
        status = pick_pixels(s, &rule, c, p, threads);
    wn_surface_free(&rule.background);
    free(rule.dark);
    free(rule.keep_all);
    return status;
}

static wn_status separate_pixels(struct separation *s, const wn_params *params,
                                 const struct pixels *p, bool picked, int threads)
{
    struct collection c;
    wn_status status = wn_collect_samples(p, s->map, threads, &c);
    if (status != WN_OK)
        return status;
    s->flagged = c.areas;
    c.areas = (struct rect_list){0};
    status = wn_separation_allocate(s);
    if (status == WN_OK)
        status = separate_collected(s, params, &c, p, picked, threads);
    if (status == WN_OK && picked && wn_keeps_grid(params, p->type))
        status = wn_keep_grid(s, params, p, threads);
    s->result.flagged = s->flagged.pixels;
    wn_collection_free(&c);
    return status;
}

/* *mask gets the valid pixels without blank areas; NULL: as in the pixels. */
static wn_status separate_new(const wn_map *map, const wn_params *params,
                              const struct pixels *pixels, bool picked, int threads, uint8_t **mask,
                              struct separation **out)
{
    struct separation *s = calloc(1, sizeof *s);
    if (!s)
        return WN_ERR_MEMORY;
    s->map = map;
    s->real = wn_type_is_float(pixels->type);
    struct pixels p = *pixels;
    *mask = NULL;
    wn_status status = params->compat_pyfai ? WN_OK : wn_blank_areas_find(&p, mask);
    if (*mask)
        p.valid = *mask;
    if (status == WN_OK)
        status = separate_pixels(s, params, &p, picked, threads);
    if (status == WN_OK)
        *out = s;
    else
        wn_separation_destroy(s);
    return status;
}

wn_status wn_separate_pixels(const wn_map *map, const wn_params *params,
                             const struct pixels *pixels, int threads, struct separation **out)
{
    uint8_t *mask;
    const wn_status status = separate_new(map, params, pixels, true, threads, &mask, out);
    free(mask);
    return status;
}

wn_status wn_separate_background(const wn_map *map, const wn_params *params,
                                 const struct pixels *pixels, int threads, uint8_t **mask,
                                 struct separation **out)
{
    const wn_status status = separate_new(map, params, pixels, false, threads, mask, out);
    if (status != WN_OK)
        free(*mask);
    return status;
}

/* ---- public -------------------------------------------------------------------------------- */

wn_status wn_separate(const wn_map *map, const wn_params *params, const wn_array *array,
                      const void *frame, int threads, wn_separation **separation)
{
    if (threads < 1 || array->frames != 1)
        return WN_ERR_ARGUMENT;
    wn_status status = wn_params_admit(params, array, map->height, map->width);
    if (status != WN_OK)
        return status;
    const struct pixels pixels = wn_pixels_of_frame(array, frame, map->valid, params);
    struct separation *s;
    status = wn_separate_pixels(map, params, &pixels, threads, &s);
    if (status != WN_OK)
        return status;
    if (s->kind)
        status = wn_keep_list(s);
    if (status == WN_OK)
        *separation = &s->result;
    else
        wn_separation_destroy(s);
    return status;
}
