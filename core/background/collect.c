/* Collection of samples. Counts: every thread fills its own histograms, one for each region, which
 * are then added up; the few counts beyond the histograms are listed and sorted. One parallel pass
 * over the pixels; up to 4 MiB a thread. Reals: sorted by region in one serial pass, as the space
 * that a region may need is known from the map; 8 bytes a pixel, 12 with norms. */
#include "background/collect.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geometry/map.h"

/* Bins of all histograms together: 4 MiB, so that they stay in the caches; and the limits of the
 * bins of one. */
#define HISTOGRAM_BINS (1u << 20)
#define MIN_DEPTH      64u
#define MAX_DEPTH      4096u

void wn_collection_free(struct collection *c)
{
    free(c->histogram);
    free(c->large);
    free(c->value);
    free(c->norm);
    free(c->first_value);
    free(c->values);
    wn_rect_list_free(&c->areas);
    memset(c, 0, sizeof *c);
}

/* Results of a strip, besides the histogram. */
struct strip {
    struct run_list flagged;
    struct large_count *large;
    size_t n_large, capacity;
    wn_status status;
};

static void strips_free(struct strip *strip, size_t n)
{
    for (size_t i = 0; strip && i < n; i++) {
        wn_run_list_free(&strip[i].flagged);
        free(strip[i].large);
    }
    free(strip);
}

static wn_status strip_add_large(struct strip *s, uint32_t region, uint32_t value)
{
    if (s->n_large == s->capacity) {
        const size_t capacity = s->capacity ? 2 * s->capacity : 256;
        struct large_count *large = realloc(s->large, capacity * sizeof *large);
        if (!large)
            return WN_ERR_MEMORY;
        s->large = large;
        s->capacity = capacity;
    }
    s->large[s->n_large++] = (struct large_count){region, value};
    return WN_OK;
}

/* ---- counts -------------------------------------------------------------------------------- */

/* The run of flagged pixels with the same bits that begins at i; n: end of the segment. */
static struct run flagged_run(const struct pixels *p, const uint32_t *counts, size_t first,
                              size_t i, size_t n)
{
    struct run run = {(uint32_t)(first + i), 1, pixels_bits(p, first + i)};
    while (i + run.length < n && counts[i + run.length] == FLAGGED &&
           pixels_bits(p, run.first + run.length) == run.bits)
        run.length++;
    return run;
}

/* Count the pixels first to first + n - 1, all in one row. base[cell] is the start of the histogram
 * of the cell's region. */
static wn_status count_segment(const struct pixels *p, const struct collection *c,
                               const uint32_t *base, size_t first, size_t n, uint32_t *histogram,
                               struct strip *strip)
{
    uint32_t buffer[SEGMENT];
    const uint32_t *counts = wn_pixels_counts(p, first, n, buffer);
    const uint16_t *cell = c->map->cell + first;
    wn_status status = WN_OK;
    for (size_t i = 0; i < n && status == WN_OK; i++) {
        if (counts[i] < c->depth) {
            histogram[base[cell[i]] + counts[i]]++;
        } else if (counts[i] == FLAGGED) {
            const struct run run = flagged_run(p, counts, first, i, n);
            status = wn_run_list_add(&strip->flagged, &run, p->width);
            i += run.length - 1;
        } else {
            status = strip_add_large(strip, c->map->cell_region[cell[i]], counts[i]);
        }
    }
    return status;
}

static void count_strip(const struct pixels *p, const struct collection *c, const uint32_t *base,
                        size_t number, uint32_t *histogram, struct strip *strip)
{
    const size_t first_row = number * STRIP_ROWS;
    const size_t end_row = at_most(first_row + STRIP_ROWS, p->height);
    for (size_t y = first_row; y < end_row; y++) {
        for (size_t x = 0; x < p->width && strip->status == WN_OK; x += SEGMENT) {
            const size_t n = p->width - x < SEGMENT ? p->width - x : SEGMENT;
            strip->status = count_segment(p, c, base, y * p->width + x, n, histogram, strip);
        }
    }
}

/* Each thread fills its own histogram; their sum does not depend on the order. */
static wn_status count_strips(const struct pixels *p, struct collection *c, const uint32_t *base,
                              struct strip *strip, size_t strips, int threads)
{
    const size_t bins = c->map->regions * c->depth;
    bool memory = true;
#pragma omp parallel num_threads(threads) if (threads > 1)
    {
        uint32_t *own = calloc(bins, sizeof *own);
        if (!own) {
#pragma omp atomic write
            memory = false;
        }
#pragma omp for schedule(dynamic)
        for (size_t i = 0; i < strips; i++) {
            if (own)
                count_strip(p, c, base, i, own, &strip[i]);
        }
#pragma omp critical
        {
            if (own && !c->histogram) {
                c->histogram = own;
                own = NULL;
            }
            for (size_t i = 0; own && i < bins; i++)
                c->histogram[i] += own[i];
        }
        free(own);
    }
    for (size_t i = 0; i < strips; i++) {
        if (strip[i].status != WN_OK)
            return strip[i].status;
    }
    return memory ? WN_OK : WN_ERR_MEMORY;
}

static int by_region_and_value(const void *a, const void *b)
{
    const struct large_count *x = a, *y = b;
    if (x->region != y->region)
        return x->region < y->region ? -1 : 1;
    return x->value < y->value ? -1 : x->value > y->value;
}

static wn_status gather_large(struct collection *c, const struct strip *strip, size_t strips)
{
    size_t n = 0;
    for (size_t i = 0; i < strips; i++)
        n += strip[i].n_large;
    c->large = malloc((n + 1) * sizeof *c->large);
    if (!c->large)
        return WN_ERR_MEMORY;
    for (size_t i = 0; i < strips; i++) {
        if (strip[i].n_large > 0)
            memcpy(c->large + c->n_large, strip[i].large, strip[i].n_large * sizeof *c->large);
        c->n_large += strip[i].n_large;
    }
    qsort(c->large, c->n_large, sizeof *c->large, by_region_and_value);
    return WN_OK;
}

static wn_status gather_areas(struct collection *c, const struct strip *strip, size_t strips)
{
    struct run_list *list = malloc(strips * sizeof *list);
    if (!list)
        return WN_ERR_MEMORY;
    for (size_t i = 0; i < strips; i++)
        list[i] = strip[i].flagged;
    const wn_status status = wn_rects_of_runs(list, strips, c->map->width, &c->areas);
    free(list);
    return status;
}

static wn_status collect_counts(const struct pixels *p, struct collection *c, int threads)
{
    const size_t strips = strips_of(p->height);
    const uint32_t depth = (uint32_t)(HISTOGRAM_BINS / c->map->regions);
    c->depth = depth < MIN_DEPTH ? MIN_DEPTH : depth > MAX_DEPTH ? MAX_DEPTH : depth;
    struct strip *strip = calloc(strips, sizeof *strip);
    uint32_t *base = malloc(c->map->cells * sizeof *base);
    wn_status status = strip && base ? WN_OK : WN_ERR_MEMORY;
    if (status == WN_OK) {
        for (size_t i = 0; i < c->map->cells; i++)
            base[i] = c->map->cell_region[i] * c->depth;
        status = count_strips(p, c, base, strip, strips, threads);
    }
    if (status == WN_OK)
        status = gather_large(c, strip, strips);
    if (status == WN_OK)
        status = gather_areas(c, strip, strips);
    strips_free(strip, strips);
    free(base);
    return status;
}

/* ---- reals --------------------------------------------------------------------------------- */

/* Space for every region as if no pixel were flagged. */
static wn_status allocate_values(struct collection *c)
{
    const wn_map *map = c->map;
    const size_t pixels = (size_t)map->height * map->width;
    c->value = malloc(pixels * sizeof *c->value);
    c->norm = map->norm ? malloc(pixels * sizeof *c->norm) : NULL;
    c->first_value = calloc(map->regions + 1, sizeof *c->first_value);
    c->values = calloc(map->regions, sizeof *c->values);
    if (!c->value || (map->norm && !c->norm) || !c->first_value || !c->values)
        return WN_ERR_MEMORY;
    for (size_t i = 0; i < map->cells; i++)
        c->first_value[map->cell_region[i] + 1] += map->cell_pixels[i];
    for (size_t i = 0; i < map->regions; i++)
        c->first_value[i + 1] += c->first_value[i];
    return WN_OK;
}

static wn_status sort_segment(const struct pixels *p, struct collection *c, size_t first, size_t n,
                              struct run_list *flagged)
{
    const wn_map *map = c->map;
    double real[SEGMENT];
    wn_pixels_reals(p, first, n, real);
    for (size_t i = 0; i < n; i++) {
        const size_t pixel = first + i;
        const float norm = map->norm ? map->norm[pixel] : 1;
        if (isnan(real[i])) {
            const struct run run = {(uint32_t)pixel, 1, pixels_bits(p, pixel)};
            const wn_status status = wn_run_list_add(flagged, &run, p->width);
            if (status != WN_OK)
                return status;
        } else if (norm > 0) {
            const size_t region = map->cell_region[map->cell[pixel]];
            const size_t next = c->first_value[region] + c->values[region]++;
            c->value[next] = real[i] / norm;
            if (c->norm)
                c->norm[next] = norm;
        }
    }
    return WN_OK;
}

static wn_status collect_reals(const struct pixels *p, struct collection *c)
{
    struct run_list flagged = {0};
    wn_status status = allocate_values(c);
    for (size_t y = 0; y < p->height; y++) {
        for (size_t x = 0; x < p->width && status == WN_OK; x += SEGMENT) {
            const size_t n = p->width - x < SEGMENT ? p->width - x : SEGMENT;
            status = sort_segment(p, c, y * p->width + x, n, &flagged);
        }
    }
    if (status == WN_OK)
        status = wn_rects_of_runs(&flagged, 1, p->width, &c->areas);
    wn_run_list_free(&flagged);
    return status;
}

/* ---- both ---------------------------------------------------------------------------------- */

wn_status wn_collect_samples(const struct pixels *p, const wn_map *map, int threads,
                             struct collection *out)
{
    const size_t pixels = (size_t)map->height * map->width;
    struct collection c = {.map = map};
    wn_status status = WN_OK;
    bool counts = !wn_type_is_float(p->type) && !map->norm;
    if (counts) {
        status = collect_counts(p, &c, threads);
        counts = c.n_large <= pixels / 16;
    }
    if (status == WN_OK && !counts) {
        wn_collection_free(&c);
        c.map = map;
        status = collect_reals(p, &c);
    }
    if (status == WN_OK)
        *out = c;
    else
        wn_collection_free(&c);
    return status;
}

/* Index of the first large count of this region or a later one. */
static size_t first_large(const struct collection *c, size_t region)
{
    size_t low = 0, high = c->n_large;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (c->large[middle].region < region)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct samples wn_collection_samples(const struct collection *c, size_t region)
{
    if (!c->histogram) {
        const size_t first = c->first_value[region];
        return (struct samples){
            .n = c->values[region],
            .value = c->value + first,
            .norm = c->norm ? c->norm + first : NULL,
        };
    }
    const size_t first = first_large(c, region), end = first_large(c, region + 1);
    struct samples s = {
        .n = end - first,
        .histogram = c->histogram + region * c->depth,
        .depth = c->depth,
        .large = c->large + first,
        .n_large = end - first,
    };
    for (uint32_t v = 0; v < c->depth; v++)
        s.n += s.histogram[v];
    return s;
}
