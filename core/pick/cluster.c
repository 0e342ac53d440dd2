/* Cluster search: a separable matched filter (North, RCA Report PTR-6C, 1943) on counts and on
 * expected counts, with a significance test for Poisson-like noise. A branch-free pre-test in float
 * finds candidates, which are then tested exactly. Strips of rows for threads, within them blocks
 * of columns with a ring buffer of rows. One pass over the pixels, with 2 (radius + halo) extra
 * rows for each strip; memory: two ring buffers for each thread. */
#include "pick/cluster.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "background/local_scale.h"
#include "common/simd.h"
#include "geometry/map.h"
#include "image/convolve.h"
#include "stats/poisson_threshold.h"

/* Rows of a strip and columns of a block: the rows that the filter needs fit in the L1 cache. */
#define BLOCK_ROWS    256u
#define BLOCK_COLUMNS 512u

#define MAX_FILTER_WIDTH       9.9
#define MIN_CLUSTER_DISPERSION 0.25

/* Pixels of a row that are checked for candidates at once. */
#define GROUP 8

struct cluster_search {
    const wn_map *map;
    const struct pixels *pixels;
    const float *mean; /* [cells] */
    const struct cluster_rule *rule;
    float *dispersion; /* [cells] */
    struct local_scale scale;
    struct convolution kernel;
    struct poisson_threshold seed, single;
    uint8_t *square;
    size_t squares_across;
};

#define BAND_LINE (BLOCK_COLUMNS + 2 * CONVOLUTION_MAX_RADIUS)

/* Ring buffer of the rows of a block, with `radius` more pixels on both sides; row y of the frame
 * is number (y + radius) % (2 radius + 1). */
struct cluster_band {
    float row[2 * CONVOLUTION_MAX_RADIUS + 1][BAND_LINE];
};

/* Buffers for a row of a block. */
struct cluster_work {
    struct cluster_band count, mean;
    float row_scale[BAND_LINE];
    float down[BAND_LINE]; /* filtered along the columns */
    float filtered_count[BLOCK_COLUMNS];
    float filtered_mean[BLOCK_COLUMNS];
    uint8_t candidate[BLOCK_COLUMNS + GROUP];
};

/* Part of a strip of rows. Only one thread writes the squares of a strip. */
struct cluster_block {
    size_t first_row, end_row;
    size_t first_column, columns;
};

/* ---- filter -------------------------------------------------------------------------------- */

static struct convolution kernel_of_width(double width)
{
    return wn_convolution_make(width, width > 0 ? (size_t)ceil(3 * width) : 1);
}

/* Filter along the columns about row y, then along the rows. */
static void filter_both(const struct convolution *k, const struct cluster_band *band, size_t y,
                        size_t n, float *restrict down, float *restrict result)
{
    const float *part[2 * CONVOLUTION_MAX_RADIUS + 1];
    const size_t lines = 2 * k->radius + 1;
    for (size_t i = 0; i < lines; i++)
        part[i] = band->row[(y + i) % lines];
    wn_convolve_rows(k, part, n + 2 * k->radius, down);
    for (size_t i = 0; i < lines; i++)
        part[i] = down + i;
    wn_convolve_rows(k, part, n, result);
}

/* ---- reading ------------------------------------------------------------------------------- */

/* Read row y - radius of a block into the ring buffers. */
static void read_row(const struct cluster_search *s, const struct cluster_block *b, size_t y,
                     struct cluster_work *w)
{
    const size_t radius = s->kernel.radius, width = s->map->width;
    float *count = w->count.row[y % (2 * radius + 1)], *mean = w->mean.row[y % (2 * radius + 1)];
    memset(count, 0, BAND_LINE * sizeof *count);
    memset(mean, 0, BAND_LINE * sizeof *mean);
    if (y < radius || y - radius >= s->map->height)
        return;
    const size_t before = at_most(radius, b->first_column), first = b->first_column - before;
    const size_t n = at_most(b->columns + radius + before, width - first);
    count += radius - before;
    mean += radius - before;
    wn_counts_and_means(s->pixels, s->map, s->mean, (y - radius) * width + first, n, count, mean);
    wn_local_scale_of_row(&s->scale, y - radius, first, n, w->row_scale);
    for (size_t i = 0; i < n; i++)
        mean[i] *= w->row_scale[i];
}

/* ---- picking ------------------------------------------------------------------------------- */

/* Keep the squares within `reach` of a pixel, in the rows of the block. */
static void keep_around(const struct cluster_search *s, const struct cluster_block *b, size_t x,
                        size_t y, size_t reach)
{
    const size_t grain = (size_t)s->rule->grain;
    const size_t top = y > b->first_row + reach ? y - reach : b->first_row;
    const size_t end = at_most(y + reach + 1, b->end_row);
    const size_t left = (x > reach ? x - reach : 0) / grain;
    const size_t right = at_most(x + reach, s->map->width - 1) / grain;
    for (size_t row = top / grain; row * grain < end; row++)
        memset(s->square + row * s->squares_across + left, 1, right - left + 1);
}

/* Counts and means of a row, filtered and unfiltered. */
struct cluster_row {
    const float *filtered_count, *filtered_mean, *count, *mean;
};

/* Test exactly whether pixel `i` of a row of a block is a seed or a single. */
static void test_candidate(const struct cluster_search *s, const struct cluster_block *b,
                           const struct cluster_row *row, size_t y, size_t i)
{
    const size_t column = b->first_column + i, pixel = y * s->map->width + column;
    const double dispersion = s->dispersion[s->map->cell[pixel]];
    if (wn_is_significant(&s->seed, row->filtered_count[i], row->filtered_mean[i], dispersion)) {
        if (wn_pixel_is_usable(s->pixels, pixel))
            keep_around(s, b, column, y, (size_t)s->rule->halo);
    } else if (wn_is_significant(&s->single, row->count[i], row->mean[i], dispersion)) {
        keep_around(s, b, column, y, 0);
    }
}

/* Pixels that may be seeds or singles: see struct poisson_threshold. */
WN_MULTIVERSION
static void find_candidates(const struct cluster_search *s, const struct cluster_row *row,
                            const uint16_t *cell, size_t n, uint8_t *restrict candidate)
{
    const float *dispersion = s->dispersion;
    const float *filtered_count = row->filtered_count, *filtered_mean = row->filtered_mean;
    const float *count = row->count, *mean = row->mean;
    const float factor = s->seed.factor, own_factor = s->single.factor;
    for (size_t i = 0; i < n; i++) {
        const float d = dispersion[cell[i]];
        const float excess = filtered_count[i] - filtered_mean[i], own = count[i] - mean[i];
        const float least = factor * filtered_mean[i] * d;
        const float own_least = own_factor * mean[i] * d;
        candidate[i] =
            ((excess > 0) & (excess * excess > least)) | ((own > 0) & (own * own > own_least));
    }
}

static void search_row(const struct cluster_search *s, const struct cluster_block *b, size_t y,
                       struct cluster_work *w)
{
    const size_t radius = s->kernel.radius, own = (y + radius) % (2 * radius + 1);
    const size_t n = b->columns;
    const uint16_t *cell = s->map->cell + y * s->map->width + b->first_column;
    const struct cluster_row row = {w->filtered_count, w->filtered_mean, w->count.row[own] + radius,
                                    w->mean.row[own] + radius};
    filter_both(&s->kernel, &w->count, y, n, w->down, w->filtered_count);
    filter_both(&s->kernel, &w->mean, y, n, w->down, w->filtered_mean);
    find_candidates(s, &row, cell, n, w->candidate);
    memset(w->candidate + n, 0, GROUP);
    for (size_t i = 0; i < n; i += GROUP) {
        const uint8_t none[GROUP] = {0};
        if (memcmp(w->candidate + i, none, GROUP) == 0)
            continue;
        for (size_t k = i; k < i + GROUP; k++) {
            if (w->candidate[k])
                test_candidate(s, b, &row, y, k);
        }
    }
}

static void search_block(const struct cluster_search *s, const struct cluster_block *b,
                         struct cluster_work *w)
{
    const size_t halo = (size_t)s->rule->halo, radius = s->kernel.radius;
    const size_t first = b->first_row > halo ? b->first_row - halo : 0;
    const size_t end = at_most(b->end_row + halo, s->map->height);
    for (size_t y = first; y < first + 2 * radius; y++)
        read_row(s, b, y, w);
    for (size_t y = first; y < end; y++) {
        read_row(s, b, y + 2 * radius, w);
        search_row(s, b, y, w);
    }
}

/* Rows of a strip: a whole number of squares. */
static size_t strip_rows(const struct cluster_rule *rule)
{
    const size_t grain = (size_t)rule->grain;
    return BLOCK_ROWS / grain * grain;
}

static wn_status search_strip(const struct cluster_search *s, size_t number)
{
    const size_t rows = strip_rows(s->rule), width = s->map->width;
    struct cluster_work *work = malloc(sizeof *work);
    if (!work)
        return WN_ERR_MEMORY;
    struct cluster_block b = {.first_row = number * rows,
                              .end_row = at_most((number + 1) * rows, s->map->height)};
    for (size_t x = 0; x < width; x += BLOCK_COLUMNS) {
        b.first_column = x;
        b.columns = at_most(BLOCK_COLUMNS, width - x);
        search_block(s, &b, work);
    }
    free(work);
    return WN_OK;
}

/* ---- frames ---------------------------------------------------------------------------------- */

static bool in_range(const struct cluster_rule *r)
{
    return r->seed >= 1 && r->seed <= 30 && r->single >= 1 && r->single <= 30 && r->width >= 0 &&
           r->width <= MAX_FILTER_WIDTH && r->halo >= 0 && r->halo <= 9 && r->grain >= 1 &&
           r->grain <= 8;
}

static wn_status search_frame(const struct cluster_search *s, int threads)
{
    const size_t rows = strip_rows(s->rule), strips = (s->map->height + rows - 1) / rows;
    int failures = 0;
#pragma omp parallel for schedule(dynamic) num_threads(threads) if (threads > 1) reduction(+ : failures)
    for (size_t i = 0; i < strips; i++)
        failures += search_strip(s, i) != WN_OK;
    return failures == 0 ? WN_OK : WN_ERR_MEMORY;
}

wn_status wn_cluster_find(const wn_map *map, const struct pixels *pixels, const float *mean,
                          const double *dispersion, const struct cluster_rule *rule, int threads,
                          uint8_t *square)
{
    if (threads < 1 || wn_type_is_float(pixels->type) || !in_range(rule))
        return WN_ERR_ARGUMENT;
    const size_t grain = (size_t)rule->grain, across = (map->width + grain - 1) / grain;
    struct cluster_search s = {.map = map,
                               .pixels = pixels,
                               .mean = mean,
                               .rule = rule,
                               .kernel = kernel_of_width(rule->width),
                               .square = square,
                               .squares_across = across};
    s.dispersion = malloc(map->cells * sizeof *s.dispersion);
    if (!s.dispersion)
        return WN_ERR_MEMORY;
    for (size_t i = 0; i < map->cells; i++)
        s.dispersion[i] = (float)fmax(dispersion[map->cell_region[i]], MIN_CLUSTER_DISPERSION);
    wn_status status = wn_local_scale_find(map, pixels, mean, s.dispersion, threads, &s.scale);
    if (status == WN_OK) {
        wn_poisson_threshold_make(rule->seed, &s.seed);
        wn_poisson_threshold_make(rule->single, &s.single);
        memset(square, 0, across * ((map->height + grain - 1) / grain));
        status = search_frame(&s, threads);
    }
    wn_local_scale_free(&s.scale);
    free(s.dispersion);
    return status;
}
