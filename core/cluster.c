#include "cluster.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "matched.h"

#define WIDEST_FILTER     9.9
#define LOWEST_DISPERSION 0.25

struct search {
    struct matched matched;
    const struct cluster_rule *rule;
    struct critical seed, single;
    uint8_t *square;
    size_t squares_across;
};

/* ---- picking ------------------------------------------------------------------------------- */

/* Keep what is within `reach` of a pixel, in the rows of the block. */
static void keep(const struct search *s, const struct matched_block *b, size_t x, size_t y,
                 size_t reach)
{
    const size_t grain = (size_t)s->rule->grain;
    const size_t top = y > b->first_row + reach ? y - reach : b->first_row;
    const size_t end = at_most(y + reach + 1, b->end_row);
    const size_t left = (x > reach ? x - reach : 0) / grain;
    const size_t right = at_most(x + reach, s->matched.map->width - 1) / grain;
    for (size_t row = top / grain; row * grain < end; row++)
        memset(s->square + row * s->squares_across + left, 1, right - left + 1);
}

/* Look closely at pixel `i` of a row of a block. */
static void judge(void *context, const struct matched_block *b, const struct matched_row *row,
                  size_t y, size_t i)
{
    const struct search *s = context;
    const size_t column = b->first_column + i, pixel = y * s->matched.map->width + column;
    const double dispersion = s->matched.dispersion[s->matched.map->cell[pixel]];
    if (stands_out(&s->seed, row->filtered_count[i], row->filtered_mean[i], dispersion)) {
        if (pixel_is_usable(s->matched.pixels, pixel))
            keep(s, b, column, y, (size_t)s->rule->halo);
    } else if (stands_out(&s->single, row->count[i], row->mean[i], dispersion)) {
        keep(s, b, column, y, 0);
    }
}

/* Rows of a strip: whole squares. */
static size_t strip_rows(const struct cluster_rule *rule)
{
    const size_t grain = (size_t)rule->grain;
    return MATCHED_ROWS / grain * grain;
}

static wn_status search_strip(struct search *s, size_t number)
{
    const size_t rows = strip_rows(s->rule);
    const uint32_t height = s->matched.map->height, width = s->matched.map->width;
    const struct matched_sink sink = {judge, s};
    struct matched_work *work = matched_work_new();
    if (!work)
        return WN_ERR_MEMORY;
    struct matched_block b = {.first_row = number * rows,
                              .end_row = at_most((number + 1) * rows, height)};
    for (size_t x = 0; x < width; x += MATCHED_COLUMNS) {
        b.first_column = x;
        b.columns = at_most(MATCHED_COLUMNS, width - x);
        matched_search(&s->matched, &b, (size_t)s->rule->halo, &sink, work);
    }
    matched_work_free(work);
    return WN_OK;
}

/* ---- all together -------------------------------------------------------------------------- */

static struct kernel kernel_of_width(double width)
{
    return kernel_make(width, width > 0 ? (size_t)ceil(3 * width) : 1);
}

static bool in_range(const struct cluster_rule *r)
{
    return r->seed >= 1 && r->seed <= 30 && r->single >= 1 && r->single <= 30 && r->width >= 0 &&
           r->width <= WIDEST_FILTER && r->halo >= 0 && r->halo <= 9 && r->grain >= 1 &&
           r->grain <= 8;
}

static wn_status search_frame(struct search *s, int threads)
{
    const size_t rows = strip_rows(s->rule), strips = (s->matched.map->height + rows - 1) / rows;
    int failures = 0;
#pragma omp parallel for schedule(dynamic) num_threads(threads) if (threads > 1) reduction(+ : failures)
    for (size_t i = 0; i < strips; i++)
        failures += search_strip(s, i) != WN_OK;
    return failures == 0 ? WN_OK : WN_ERR_MEMORY;
}

wn_status cluster_find(const wn_map *map, const struct pixels *pixels, const float *mean,
                       const double *dispersion, const struct cluster_rule *rule, int threads,
                       uint8_t *square)
{
    if (threads < 1 || is_float_type(pixels->type) || !in_range(rule))
        return WN_ERR_ARGUMENT;
    const size_t grain = (size_t)rule->grain, across = (map->width + grain - 1) / grain;
    float *spread = malloc(map->cells * sizeof *spread);
    if (!spread)
        return WN_ERR_MEMORY;
    for (size_t i = 0; i < map->cells; i++)
        spread[i] = (float)fmax(dispersion[map->cell_region[i]], LOWEST_DISPERSION);
    struct search s = {.matched = {.map = map,
                                   .pixels = pixels,
                                   .mean = mean,
                                   .dispersion = spread,
                                   .kernel = kernel_of_width(rule->width)},
                       .rule = rule,
                       .square = square,
                       .squares_across = across};
    wn_status status = levels_find(map, pixels, mean, spread, threads, &s.matched.levels);
    if (status == WN_OK) {
        critical_make(rule->seed, &s.seed);
        critical_make(rule->single, &s.single);
        s.matched.factor = s.seed.factor;
        s.matched.own_factor = s.single.factor;
        memset(square, 0, across * ((map->height + grain - 1) / grain));
        status = search_frame(&s, threads);
    }
    levels_free(&s.matched.levels);
    free(spread);
    return status;
}
