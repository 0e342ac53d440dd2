#include "matched.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "manypixels.h"

/* Pixels of a row that are looked at together. */
#define GROUP 8

#define LINE (MATCHED_COLUMNS + 2 * LARGEST_RADIUS)

/* Rows of a block with what the filter needs on both sides; row y of the frame is number (y +
 * radius) % (2 radius + 1). */
struct band {
    float row[2 * LARGEST_RADIUS + 1][LINE];
};

/* What is in work on a row of a block. */
struct matched_work {
    struct band count, mean;
    float level[LINE];
    float down[LINE]; /* filtered across the rows */
    float filtered_count[MATCHED_COLUMNS];
    float filtered_mean[MATCHED_COLUMNS];
    uint8_t candidate[MATCHED_COLUMNS + GROUP];
};

struct matched_work *matched_work_new(void)
{
    return malloc(sizeof(struct matched_work));
}

void matched_work_free(struct matched_work *work)
{
    free(work);
}

/* ---- filter -------------------------------------------------------------------------------- */

struct kernel kernel_make(double width, size_t radius)
{
    struct kernel k = {.radius = radius};
    double weight[LARGEST_RADIUS + 1], sum = 0, sum2 = 0;
    for (size_t i = 0; i <= k.radius; i++) {
        const double distance = width > 0 ? (double)i / width : 0; /* the box has equal weights */
        weight[i] = exp(-0.5 * distance * distance);
        sum += weight[i] * (i > 0 ? 2 : 1);
        sum2 += weight[i] * weight[i] * (i > 0 ? 2 : 1);
    }
    for (size_t i = 0; i <= k.radius; i++)
        k.weight[i] = (float)(weight[i] * sum / sum2);
    return k;
}

/* A function of its own: as an inner loop it is not vectorised. */
MANY_PIXELS
static void add_lines(float weight, const float *before, const float *after, size_t n,
                      float *restrict result)
{
    for (size_t i = 0; i < n; i++)
        result[i] += weight * (before[i] + after[i]);
}

/* Filter across 2 radius + 1 lines. */
MANY_PIXELS
static void filter(const struct kernel *k, const float *const *line, size_t n,
                   float *restrict result)
{
    const float *middle = line[k->radius];
    const float *before = line[k->radius - 1], *after = line[k->radius + 1];
    const float own = k->weight[0], next = k->weight[1];
    for (size_t i = 0; i < n; i++)
        result[i] = own * middle[i] + next * (before[i] + after[i]);
    for (size_t t = 2; t <= k->radius; t++)
        add_lines(k->weight[t], line[k->radius - t], line[k->radius + t], n, result);
}

/* Filter across the rows about y, then across the columns. */
static void filter_both(const struct kernel *k, const struct band *band, size_t y, size_t n,
                        float *restrict down, float *restrict result)
{
    const float *part[2 * LARGEST_RADIUS + 1];
    const size_t lines = 2 * k->radius + 1;
    for (size_t i = 0; i < lines; i++)
        part[i] = band->row[(y + i) % lines];
    filter(k, part, n + 2 * k->radius, down);
    for (size_t i = 0; i < lines; i++)
        part[i] = down + i;
    filter(k, part, n, result);
}

/* ---- reading ------------------------------------------------------------------------------- */

static void residuals_and_variances(const struct matched *m, size_t first, size_t n, float *count,
                                    float *mean)
{
    const uint16_t *cell = m->map->cell + first;
    double value[SEGMENT];
    pixels_reals(m->pixels, first, n, value);
    for (size_t i = 0; i < n; i++) {
        const bool used = !isnan(value[i]);
        mean[i] = used ? m->variance[cell[i]] : 0;
        count[i] = used ? (float)(value[i] - m->mean[cell[i]]) + mean[i] : 0;
    }
}

/* Row y - radius of a block. */
static void read_row(const struct matched *m, const struct matched_block *b, size_t y,
                     struct matched_work *w)
{
    const size_t radius = m->kernel.radius, width = m->map->width;
    float *count = w->count.row[y % (2 * radius + 1)], *mean = w->mean.row[y % (2 * radius + 1)];
    memset(count, 0, LINE * sizeof *count);
    memset(mean, 0, LINE * sizeof *mean);
    if (y < radius || y - radius >= m->map->height)
        return;
    const size_t before = at_most(radius, b->first_column), first = b->first_column - before;
    const size_t n = at_most(b->columns + radius + before, width - first);
    count += radius - before;
    mean += radius - before;
    if (m->variance) {
        residuals_and_variances(m, (y - radius) * width + first, n, count, mean);
        return;
    }
    counts_and_means(m->pixels, m->map, m->mean, (y - radius) * width + first, n, count, mean);
    if (!m->levels.level)
        return;
    levels_of_row(&m->levels, y - radius, first, n, w->level);
    for (size_t i = 0; i < n; i++)
        mean[i] *= w->level[i];
}

/* ---- candidates ---------------------------------------------------------------------------- */

MANY_PIXELS
static void find_candidates(const struct matched *m, const struct matched_row *row,
                            const uint16_t *cell, size_t n, uint8_t *restrict candidate)
{
    const float *dispersion = m->dispersion;
    const float *filtered_count = row->filtered_count, *filtered_mean = row->filtered_mean;
    const float *count = row->count, *mean = row->mean;
    const float factor = m->factor, own_factor = m->own_factor;
    for (size_t i = 0; i < n; i++) {
        const float d = dispersion[cell[i]];
        const float excess = filtered_count[i] - filtered_mean[i], own = count[i] - mean[i];
        const float least = factor * filtered_mean[i] * d;
        const float own_least = own_factor * mean[i] * d;
        candidate[i] =
            ((excess > 0) & (excess * excess > least)) | ((own > 0) & (own * own > own_least));
    }
}

static void search_row(const struct matched *m, const struct matched_block *b, size_t y,
                       const struct matched_sink *sink, struct matched_work *w)
{
    const size_t radius = m->kernel.radius, own = (y + radius) % (2 * radius + 1);
    const size_t n = b->columns;
    const uint16_t *cell = m->map->cell + y * m->map->width + b->first_column;
    const struct matched_row row = {w->filtered_count, w->filtered_mean, w->count.row[own] + radius,
                                    w->mean.row[own] + radius};
    filter_both(&m->kernel, &w->count, y, n, w->down, w->filtered_count);
    filter_both(&m->kernel, &w->mean, y, n, w->down, w->filtered_mean);
    find_candidates(m, &row, cell, n, w->candidate);
    memset(w->candidate + n, 0, GROUP);
    for (size_t i = 0; i < n; i += GROUP) {
        const uint8_t none[GROUP] = {0};
        if (memcmp(w->candidate + i, none, GROUP) == 0)
            continue;
        for (size_t k = i; k < i + GROUP; k++) {
            if (w->candidate[k])
                sink->take(sink->context, b, &row, y, k);
        }
    }
}

void matched_search(const struct matched *m, const struct matched_block *b, size_t halo,
                    const struct matched_sink *sink, struct matched_work *w)
{
    const size_t radius = m->kernel.radius;
    const size_t first = b->first_row > halo ? b->first_row - halo : 0;
    const size_t end = at_most(b->end_row + halo, m->map->height);
    for (size_t y = first; y < first + 2 * radius; y++)
        read_row(m, b, y, w);
    for (size_t y = first; y < end; y++) {
        read_row(m, b, y + 2 * radius, w);
        search_row(m, b, y, sink, w);
    }
}
