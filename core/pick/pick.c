/* Picking single pixels. One pass over the frame in strips of rows, one comparison for each pixel
 * without a branch, and an exact test for the few candidates that pass. The lists of the strips are
 * joined in order, so that the result does not depend on the number of threads. */
#include "pick/pick.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/element_type.h"
#include "geometry/map.h"

/* The first integer above a threshold; no integer of the type is above `ceiling`. */
static uint32_t first_above(double threshold, double ceiling)
{
    const double first = floor(threshold) + 1;
    return first <= 0 ? 0 : first < ceiling ? (uint32_t)first : (uint32_t)ceiling;
}

void wn_pick_limits_free(struct pick_limits *limits)
{
    free(limits->always_kept);
    free(limits->low);
    free(limits->high);
    free(limits->dark);
    *limits = (struct pick_limits){0};
}

/* Cells without pixels need no threshold: that of their neighbour takes the fewest bytes in the
 * chunk. */
static void limit_empty_cell(struct separation *s, struct pick_limits *limits, size_t cell)
{
    const size_t stride = s->map->cell_stride;
    if (s->real)
        limits->low[cell] = limits->high[cell] = 0;
    else
        s->first_kept[cell] = limits->always_kept[cell] =
            cell >= stride ? s->first_kept[cell - stride] : 0;
}

wn_status wn_pick_limits_make(struct separation *s, const struct pick_rule *rule, wn_type type,
                              struct pick_limits *limits)
{
    const size_t cells = s->map->cells;
    const double ceiling = fmin((double)wn_type_maximum(type), UINT32_MAX);
    *limits = (struct pick_limits){
        .rule = rule,
        .always_kept = malloc(cells * sizeof *limits->always_kept),
        .low = malloc(cells * sizeof *limits->low),
        .high = malloc(cells * sizeof *limits->high),
        .dark = malloc(cells * sizeof *limits->dark),
    };
    if (!limits->always_kept || !limits->low || !limits->high || !limits->dark) {
        wn_pick_limits_free(limits);
        return WN_ERR_MEMORY;
    }
    for (size_t i = 0; i < cells; i++) {
        const double dark = rule->dark[s->map->cell_region[i]];
        limits->dark[i] = dark * (dark > 0 ? s->map->cell_norm_min[i] : s->map->cell_norm_max[i]);
        limits->any_dark = limits->any_dark || limits->dark[i] > (s->real ? -INFINITY : 0);
        if (s->map->cell_pixels[i] == 0) {
            limit_empty_cell(s, limits, i);
            continue;
        }
        const struct threshold t = wn_threshold_of_cell(rule, i);
        if (s->real) {
            limits->low[i] = t.low;
            limits->high[i] = t.high;
        } else {
            s->first_kept[i] = first_above(t.low, ceiling);
            limits->always_kept[i] = first_above(t.high, ceiling);
        }
    }
    for (size_t i = 0; s->real && i < s->map->regions; i++)
        s->limit[i] = wn_threshold_of_region(rule, i);
    return WN_OK;
}

/* The pixels found in one strip. */
struct picked_pixels {
    uint32_t *kept;
    size_t n, capacity;
    struct run_list dark;
    wn_status status;
};

static void picked_free(struct picked_pixels *picked, size_t n)
{
    for (size_t i = 0; picked && i < n; i++) {
        free(picked[i].kept);
        wn_run_list_free(&picked[i].dark);
    }
    free(picked);
}

/* Make room for n more kept pixels. */
static bool picked_reserve(struct picked_pixels *picked, size_t n)
{
    if (picked->n + n > picked->capacity) {
        const size_t capacity = 2 * (picked->n + n);
        uint32_t *grown = realloc(picked->kept, capacity * sizeof *grown);
        if (!grown) {
            picked->status = WN_ERR_MEMORY;
            return false;
        }
        picked->kept = grown;
        picked->capacity = capacity;
    }
    return true;
}

/* Add a candidate if it is dark or kept. */
static void add_candidate(const struct separation *s, const struct pick_limits *limits,
                          const struct pixels *p, size_t pixel, double value,
                          struct picked_pixels *picked)
{
    if (is_dark(s, limits, pixel, value)) {
        const struct run run = {(uint32_t)pixel, 1, pixels_bits(p, pixel)};
        const wn_status status = wn_run_list_add(&picked->dark, &run, p->width);
        if (status != WN_OK)
            picked->status = status;
        return;
    }
    picked->kept[picked->n] = (uint32_t)pixel;
    picked->n += is_picked(s, limits, pixel, value);
}

/* Most pixels are dropped by one comparison, without a branch; the others are tested exactly. */
static void pick_counts(const struct separation *s, const struct pick_limits *limits,
                        const struct pixels *p, size_t first, size_t n,
                        struct picked_pixels *picked)
{
    uint32_t buffer[SEGMENT];
    uint16_t candidate[SEGMENT];
    const uint32_t *counts = wn_pixels_counts(p, first, n, buffer);
    const uint16_t *cell = s->map->cell + first;
    size_t candidates = 0;
    if (limits->any_dark) {
        for (size_t i = 0; i < n; i++) {
            candidate[candidates] = (uint16_t)i;
            candidates += counts[i] != FLAGGED && (counts[i] >= s->first_kept[cell[i]] ||
                                                   counts[i] < limits->dark[cell[i]]);
        }
    } else {
        for (size_t i = 0; i < n; i++) {
            candidate[candidates] = (uint16_t)i;
            candidates += counts[i] >= s->first_kept[cell[i]] && counts[i] != FLAGGED;
        }
    }
    if (!picked_reserve(picked, candidates + 1))
        return;
    for (size_t k = 0; k < candidates; k++)
        add_candidate(s, limits, p, first + candidate[k], counts[candidate[k]], picked);
}

static void pick_reals(const struct separation *s, const struct pick_limits *limits,
                       const struct pixels *p, size_t first, size_t n, struct picked_pixels *picked)
{
    double real[SEGMENT];
    wn_pixels_reals(p, first, n, real);
    if (!picked_reserve(picked, n + 1))
        return;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(real[i]))
            add_candidate(s, limits, p, first + i, real[i], picked);
    }
}

static void pick_strip(const struct separation *s, const struct pick_limits *limits,
                       const struct pixels *p, size_t number, struct picked_pixels *picked)
{
    const size_t end = at_most((number + 1) * STRIP_ROWS, p->height) * p->width;
    for (size_t first = number * STRIP_ROWS * p->width; first < end; first += SEGMENT) {
        const size_t n = at_most(end - first, SEGMENT);
        if (s->real)
            pick_reals(s, limits, p, first, n, picked);
        else
            pick_counts(s, limits, p, first, n, picked);
    }
}

static wn_status join_kept(wn_separation *result, const struct picked_pixels *picked, size_t strips)
{
    size_t n = 0;
    for (size_t i = 0; i < strips; i++)
        n += picked[i].n;
    result->kept_index = malloc((n + 1) * sizeof *result->kept_index);
    if (!result->kept_index)
        return WN_ERR_MEMORY;
    for (size_t i = 0; i < strips; i++) {
        if (picked[i].n > 0)
            memcpy(result->kept_index + result->kept, picked[i].kept,
                   picked[i].n * sizeof *result->kept_index);
        result->kept += picked[i].n;
    }
    return WN_OK;
}

static wn_status join_dark(struct separation *s, const struct picked_pixels *picked, size_t strips)
{
    struct run_list *list = malloc(strips * sizeof *list);
    if (!list)
        return WN_ERR_MEMORY;
    for (size_t i = 0; i < strips; i++)
        list[i] = picked[i].dark;
    struct rect_list dark = {0};
    wn_status status = wn_rects_of_runs(list, strips, s->map->width, &dark);
    if (status == WN_OK)
        status = wn_rect_list_merge(&s->flagged, &dark);
    wn_rect_list_free(&dark);
    free(list);
    return status;
}

wn_status wn_pick(struct separation *s, const struct pick_limits *limits, const struct pixels *p,
                  int threads)
{
    const size_t strips = strips_of(p->height);
    struct picked_pixels *picked = calloc(strips, sizeof *picked);
    if (!picked)
        return WN_ERR_MEMORY;
#pragma omp parallel for schedule(dynamic) num_threads(threads) if (threads > 1)
    for (size_t i = 0; i < strips; i++)
        pick_strip(s, limits, p, i, &picked[i]);
    wn_status status = WN_OK;
    for (size_t i = 0; i < strips; i++)
        status = picked[i].status != WN_OK ? picked[i].status : status;
    if (status == WN_OK)
        status = join_kept(&s->result, picked, strips);
    if (status == WN_OK && limits->any_dark)
        status = join_dark(s, picked, strips);
    picked_free(picked, strips);
    return status;
}
