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

void wn_pick_limits_free(struct pick_limits *cuts)
{
    free(cuts->sure);
    free(cuts->low);
    free(cuts->high);
    free(cuts->dark);
    *cuts = (struct pick_limits){0};
}

/* Cells without pixels need no threshold; they cost least if theirs is that of their neighbour. */
static void cut_empty_cell(struct separation *s, struct pick_limits *cuts, size_t cell)
{
    const size_t stride = s->map->cell_stride;
    if (s->real)
        cuts->low[cell] = cuts->high[cell] = 0;
    else
        s->first_kept[cell] = cuts->sure[cell] = cell >= stride ? s->first_kept[cell - stride] : 0;
}

wn_status wn_pick_limits_make(struct separation *s, const struct pick_rule *rule, wn_type type,
                              struct pick_limits *cuts)
{
    const size_t cells = s->map->cells;
    const double ceiling = fmin((double)wn_type_maximum(type), UINT32_MAX);
    *cuts = (struct pick_limits){
        .rule = rule,
        .sure = malloc(cells * sizeof *cuts->sure),
        .low = malloc(cells * sizeof *cuts->low),
        .high = malloc(cells * sizeof *cuts->high),
        .dark = malloc(cells * sizeof *cuts->dark),
    };
    if (!cuts->sure || !cuts->low || !cuts->high || !cuts->dark) {
        wn_pick_limits_free(cuts);
        return WN_ERR_MEMORY;
    }
    for (size_t i = 0; i < cells; i++) {
        const double dark = rule->dark[s->map->cell_region[i]];
        cuts->dark[i] = dark * (dark > 0 ? s->map->cell_norm_min[i] : s->map->cell_norm_max[i]);
        cuts->any_dark = cuts->any_dark || cuts->dark[i] > (s->real ? -INFINITY : 0);
        if (s->map->cell_pixels[i] == 0) {
            cut_empty_cell(s, cuts, i);
            continue;
        }
        const struct threshold t = wn_threshold_of_cell(rule, i);
        if (s->real) {
            cuts->low[i] = t.low;
            cuts->high[i] = t.high;
        } else {
            s->first_kept[i] = first_above(t.low, ceiling);
            cuts->sure[i] = first_above(t.high, ceiling);
        }
    }
    for (size_t i = 0; s->real && i < s->map->regions; i++)
        s->limit[i] = wn_threshold_of_region(rule, i);
    return WN_OK;
}

/* What is found in one strip. */
struct picked_pixels {
    uint32_t *kept;
    size_t n, capacity;
    struct run_list dark;
    wn_status status;
};

static void found_free(struct picked_pixels *found, size_t n)
{
    for (size_t i = 0; found && i < n; i++) {
        free(found[i].kept);
        wn_run_list_free(&found[i].dark);
    }
    free(found);
}

/* Make room for n more kept pixels. */
static bool found_reserve(struct picked_pixels *found, size_t n)
{
    if (found->n + n > found->capacity) {
        const size_t capacity = 2 * (found->n + n);
        uint32_t *grown = realloc(found->kept, capacity * sizeof *grown);
        if (!grown) {
            found->status = WN_ERR_MEMORY;
            return false;
        }
        found->kept = grown;
        found->capacity = capacity;
    }
    return true;
}

/* A pixel that a first look did not drop. */
static void add_candidate(const struct separation *s, const struct pick_limits *cuts,
                          const struct pixels *p, size_t pixel, double value,
                          struct picked_pixels *found)
{
    if (is_dark(s, cuts, pixel, value)) {
        const struct run run = {(uint32_t)pixel, 1, pixels_bits(p, pixel)};
        const wn_status status = wn_run_list_add(&found->dark, &run, p->width);
        if (status != WN_OK)
            found->status = status;
        return;
    }
    found->kept[found->n] = (uint32_t)pixel;
    found->n += is_picked(s, cuts, pixel, value);
}

/* Most pixels are dropped by one comparison, without a branch; the others are looked at again. */
static void pick_counts(const struct separation *s, const struct pick_limits *cuts,
                        const struct pixels *p, size_t first, size_t n, struct picked_pixels *found)
{
    uint32_t buffer[SEGMENT];
    uint16_t candidate[SEGMENT];
    const uint32_t *counts = wn_pixels_counts(p, first, n, buffer);
    const uint16_t *cell = s->map->cell + first;
    size_t candidates = 0;
    if (cuts->any_dark) {
        for (size_t i = 0; i < n; i++) {
            candidate[candidates] = (uint16_t)i;
            candidates += counts[i] != FLAGGED &&
                          (counts[i] >= s->first_kept[cell[i]] || counts[i] < cuts->dark[cell[i]]);
        }
    } else {
        for (size_t i = 0; i < n; i++) {
            candidate[candidates] = (uint16_t)i;
            candidates += counts[i] >= s->first_kept[cell[i]] && counts[i] != FLAGGED;
        }
    }
    if (!found_reserve(found, candidates + 1))
        return;
    for (size_t k = 0; k < candidates; k++)
        add_candidate(s, cuts, p, first + candidate[k], counts[candidate[k]], found);
}

static void pick_reals(const struct separation *s, const struct pick_limits *cuts,
                       const struct pixels *p, size_t first, size_t n, struct picked_pixels *found)
{
    double real[SEGMENT];
    wn_pixels_reals(p, first, n, real);
    if (!found_reserve(found, n + 1))
        return;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(real[i]))
            add_candidate(s, cuts, p, first + i, real[i], found);
    }
}

static void pick_strip(const struct separation *s, const struct pick_limits *cuts,
                       const struct pixels *p, size_t number, struct picked_pixels *found)
{
    const size_t end = at_most((number + 1) * STRIP_ROWS, p->height) * p->width;
    for (size_t first = number * STRIP_ROWS * p->width; first < end; first += SEGMENT) {
        const size_t n = at_most(end - first, SEGMENT);
        if (s->real)
            pick_reals(s, cuts, p, first, n, found);
        else
            pick_counts(s, cuts, p, first, n, found);
    }
}

static wn_status join_kept(wn_separation *result, const struct picked_pixels *found, size_t strips)
{
    size_t n = 0;
    for (size_t i = 0; i < strips; i++)
        n += found[i].n;
    result->kept_index = malloc((n + 1) * sizeof *result->kept_index);
    if (!result->kept_index)
        return WN_ERR_MEMORY;
    for (size_t i = 0; i < strips; i++) {
        if (found[i].n > 0)
            memcpy(result->kept_index + result->kept, found[i].kept,
                   found[i].n * sizeof *result->kept_index);
        result->kept += found[i].n;
    }
    return WN_OK;
}

static wn_status join_dark(struct separation *s, const struct picked_pixels *found, size_t strips)
{
    struct run_list *list = malloc(strips * sizeof *list);
    if (!list)
        return WN_ERR_MEMORY;
    for (size_t i = 0; i < strips; i++)
        list[i] = found[i].dark;
    struct rect_list dark = {0};
    wn_status status = wn_rects_of_runs(list, strips, s->map->width, &dark);
    if (status == WN_OK)
        status = wn_rect_list_merge(&s->flagged, &dark);
    wn_rect_list_free(&dark);
    free(list);
    return status;
}

wn_status wn_pick(struct separation *s, const struct pick_limits *cuts, const struct pixels *p,
                  int threads)
{
    const size_t strips = strips_of(p->height);
    struct picked_pixels *found = calloc(strips, sizeof *found);
    if (!found)
        return WN_ERR_MEMORY;
#pragma omp parallel for schedule(dynamic) num_threads(threads) if (threads > 1)
    for (size_t i = 0; i < strips; i++)
        pick_strip(s, cuts, p, i, &found[i]);
    wn_status status = WN_OK;
    for (size_t i = 0; i < strips; i++)
        status = found[i].status != WN_OK ? found[i].status : status;
    if (status == WN_OK)
        status = join_kept(&s->result, found, strips);
    if (status == WN_OK && cuts->any_dark)
        status = join_dark(s, found, strips);
    found_free(found, strips);
    return status;
}
