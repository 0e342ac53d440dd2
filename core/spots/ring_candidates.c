/* Matched filter (North, RCA report PTR-6C (1943); Turin, IRE Trans. Inf. Theory 6 (1960) 311): the
 * excess over the background is convolved with a separable Gaussian and compared with its standard
 * deviation. One pass over the frame in blocks whose rows fit in the L1 cache; 2 (2 radius + 1)
 * taps a pixel. Of a frame of a chunk only blocks near kept pixels are searched. */
#include "spots/ring_candidates.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/simd.h"
#include "geometry/map.h"
#include "spots/ring_stamp.h"

/* Size of the parts of a frame that are searched at a time: their rows fit in the L1 cache. */
#define PART_ROWS    64u
#define PART_COLUMNS 512u

/* The same for a frame whose rows are restored on demand: parts without kept pixels are skipped,
 * which saves most of the search where few pixels are kept. */
#define SMALL_ROWS    16u
#define SMALL_COLUMNS 64u

/* Pixels of a row that are tested together. */
#define GROUP 16

/* Fraction of the filter that the threshold assumes to lie on usable pixels: beside gaps it is less
 * than 1. */
#define MIN_USABLE_PART 0.7

#define MAX_KERNEL_RADIUS 2
#define CANDIDATE_LINES   (2 * MAX_KERNEL_RADIUS + 1)
#define CANDIDATE_LINE    (PART_COLUMNS + 2 * MAX_KERNEL_RADIUS)

/* Rows with a margin on both sides for the filter; row y - radius is line y % lines. */
struct candidate_work {
    float excess[CANDIDATE_LINES][CANDIDATE_LINE], variance[CANDIDATE_LINES][CANDIDATE_LINE];
    float down[CANDIDATE_LINE]; /* filtered across the rows */
    float filtered[PART_COLUMNS];
};

struct candidate_search {
    const struct ring_field *field;
    const struct convolution *kernel;
    const struct poisson_threshold *significant;
    float scale;      /* variance of the filtered excess / variance of a pixel */
    float min_square; /* limit of the square of the filtered excess / variance of a pixel */
    struct candidate_map_entry *entry;
    struct index_list *candidates;
};

struct frame_part {
    size_t first_row, end_row, first_column, columns;
};

/* Read row y - radius of a part; rows outside the frame are 0. */
static void read_row(const struct candidate_search *s, const struct frame_part *p, size_t y,
                     struct candidate_work *w)
{
    const size_t radius = s->kernel->radius, width = s->field->map->width;
    float *excess = w->excess[y % (2 * radius + 1)], *variance = w->variance[y % (2 * radius + 1)];
    memset(excess, 0, CANDIDATE_LINE * sizeof *excess);
    if (y < radius || y - radius >= s->field->map->height)
        return;
    const size_t before = at_most(radius, p->first_column), first = p->first_column - before;
    const size_t n = at_most(p->columns + radius + before, width - first);
    wn_ring_field_row(s->field, (y - radius) * width + first, n, excess + radius - before,
                      variance + radius - before);
}

/* Whether any of a group of pixels is a candidate. */
WN_MULTIVERSION
static bool any_stands_out(const float *restrict filtered, const float *restrict variance,
                           float min_square)
{
    int any = 0;
    for (size_t i = 0; i < GROUP; i++)
        any |= (filtered[i] > 0) & (filtered[i] * filtered[i] > min_square * variance[i]);
    return any != 0;
}

/* Counts are tested against a Poisson threshold, floats against a Gaussian one. */
static bool is_candidate(const struct candidate_search *s, float filtered, float variance)
{
    if (!(filtered > 0 && filtered * filtered > s->min_square * variance))
        return false;
    if (s->field->background->variance)
        return true;
    const double dispersion = s->field->lowest_dispersion;
    const double expected = (double)s->scale * variance / dispersion;
    return wn_filtered_is_significant(s->kernel, s->significant, filtered, expected, dispersion);
}

static void add_if_candidate(const struct candidate_search *s, size_t index, float filtered,
                             float variance)
{
    if (!is_candidate(s, filtered, variance) || !wn_pixel_is_usable(s->field->pixels, index))
        return;
    s->entry[index].height = filtered / sqrtf(fmaxf(variance, FLT_MIN));
    wn_index_list_add(s->candidates, (uint32_t)index);
}

static void search_row(const struct candidate_search *s, const struct frame_part *p, size_t y,
                       struct candidate_work *w)
{
    const size_t radius = s->kernel->radius, lines = 2 * radius + 1, n = p->columns;
    const size_t first = y * s->field->map->width + p->first_column;
    const float *variance = w->variance[(y + radius) % lines] + radius;
    const float *part[CANDIDATE_LINES];
    for (size_t i = 0; i < lines; i++)
        part[i] = w->excess[(y + i) % lines];
    wn_convolve_rows(s->kernel, part, n + 2 * radius, w->down);
    for (size_t i = 0; i < lines; i++)
        part[i] = w->down + i;
    wn_convolve_rows(s->kernel, part, n, w->filtered);
    for (size_t i = 0; i < n; i += GROUP) {
        if (i + GROUP <= n && !any_stands_out(w->filtered + i, variance + i, s->min_square))
            continue;
        for (size_t k = i; k < at_most(i + GROUP, n); k++)
            add_if_candidate(s, first + k, w->filtered[k], variance[k]);
    }
}

static void search_part(const struct candidate_search *s, const struct frame_part *p,
                        struct candidate_work *w)
{
    const size_t radius = s->kernel->radius;
    for (size_t y = p->first_row; y < p->first_row + 2 * radius; y++)
        read_row(s, p, y, w);
    for (size_t y = p->first_row; y < p->end_row; y++) {
        read_row(s, p, y + 2 * radius, w);
        search_row(s, p, y, w);
    }
}

/* Division of the frame into parts. */
struct frame_parts {
    size_t rows, columns; /* of pixels in a part */
    size_t down, across;
    uint8_t *active; /* [down * across] has a kept pixel in reach of the filter; NULL: search all */
};

/* Activate the parts near kept pixels; all other pixels equal their mean, so nothing stands out
 * there. */
static void activate(const struct row_source *rows, const wn_map *map, size_t radius,
                     struct frame_parts *p)
{
    const size_t height = map->height, width = map->width;
    for (size_t i = 0; i < rows->n_exact; i++) {
        const size_t y = rows->exact[i] / width, x = rows->exact[i] % width;
        const size_t bottom = at_most(y + radius, height - 1) / p->rows;
        const size_t right = at_most(x + radius, width - 1) / p->columns;
        for (size_t row = (y > radius ? y - radius : 0) / p->rows; row <= bottom; row++)
            for (size_t part = (x > radius ? x - radius : 0) / p->columns; part <= right; part++)
                p->active[row * p->across + part] = 1;
    }
}

static wn_status parts_make(const struct ring_field *field, size_t radius, struct frame_parts *p)
{
    const struct row_source *rows = field->pixels->rows;
    *p = (struct frame_parts){.rows = rows ? SMALL_ROWS : PART_ROWS,
                              .columns = rows ? SMALL_COLUMNS : PART_COLUMNS};
    p->down = (field->map->height + p->rows - 1) / p->rows;
    p->across = (field->map->width + p->columns - 1) / p->columns;
    if (!rows)
        return WN_OK;
    p->active = calloc(p->down, p->across);
    if (!p->active)
        return WN_ERR_MEMORY;
    activate(rows, field->map, radius, p);
    return WN_OK;
}

/* The number of adjacent active parts from `part` on that fit in one row buffer. */
static size_t parts_together(const struct frame_parts *p, size_t first, size_t part)
{
    const size_t limit = PART_COLUMNS / p->columns;
    size_t n = 0;
    while (n < limit && part + n < p->across && (!p->active || p->active[first + part + n]))
        n++;
    return n;
}

static void search_parts(const struct candidate_search *s, const struct frame_parts *p,
                         struct candidate_work *work)
{
    const size_t height = s->field->map->height, width = s->field->map->width;
    for (size_t row = 0; row < p->down; row++) {
        size_t n;
        for (size_t part = 0; part<p->across; part += n> 0 ? n : 1) {
            n = parts_together(p, row * p->across, part);
            const size_t x = part * p->columns, y = row * p->rows;
            const struct frame_part one = {y, at_most(y + p->rows, height), x,
                                           at_most(n * p->columns, width - x)};
            if (n > 0)
                search_part(s, &one, work);
        }
    }
}

wn_status wn_ring_candidates(const struct ring_field *field, const struct convolution *kernel,
                             const struct poisson_threshold *significant,
                             struct candidate_map_entry *entry, struct index_list *candidates)
{
    const double sum = wn_convolution_sum(kernel), sigma = significant->sigma;
    const float scale = (float)(MIN_USABLE_PART * sum * sum);
    const float factor = field->background->variance ? (float)(sigma * sigma) : significant->factor;
    const struct candidate_search s = {field,          kernel, significant, scale,
                                       factor * scale, entry,  candidates};
    struct frame_parts parts;
    wn_status status = parts_make(field, kernel->radius, &parts);
    struct candidate_work *work = malloc(sizeof *work);
    if (!work)
        status = WN_ERR_MEMORY;
    if (status == WN_OK)
        search_parts(&s, &parts, work);
    free(work);
    free(parts.active);
    return candidates->failed ? WN_ERR_MEMORY : status;
}
