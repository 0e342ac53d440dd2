/* The dropped pixels of every region: what the background law will be fitted to. */
#include "pick/background_sums.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geometry/map.h"

/* Dropped pixels close to a strong one are mostly the skirts of a peak. They would raise the
 * background of the whole region, and are left out: those in a block of BLOCK x BLOCK pixels with a
 * strong pixel, or in one of the eight blocks about it. */
#define STRONG_BLOCK 4
#define STRONG_SIGMA 4
#define STRONG_COUNT 1

/* A region that would lose more than this fraction of its dropped pixels keeps them: there signal,
 * or the edge of a shadow, is everywhere, and the whole of it is what has to be restored. */
#define MAX_TAIL_FRACTION 0.1

/* Marks, one per block, with a margin of one block all around. */
enum { NEAR_STRONG = 1, STRONG = 2 };

struct skirts {
    size_t across, down;
    uint8_t *mark;
};

/* Add n pixels of a value to the sums of their region. */
static void add(const struct separation *s, struct background_sums *sums, size_t pixel,
                double value, double n)
{
    const size_t region = wn_map_region_of(s->map, pixel);
    const double difference = value - s->mean[region];
    sums[region].n += n;
    sums[region].sum += n * difference;
    sums[region].sum2 += n * difference * difference;
}

/* What a pixel counts in the sums: integers as they are, floats normalised. */
static double value_of(const struct separation *s, size_t pixel, double real)
{
    return s->real && s->map->norm ? real / s->map->norm[pixel] : real;
}

/* ---- all dropped pixels -------------------------------------------------------------------- */

/* From the histograms: all pixels of a region below the value from which on they are kept in any
 * case. Those that were kept nevertheless are yet to be subtracted. `below` is that value. */
static void sum_histograms(struct separation *s, const struct pick_limits *cuts,
                           const struct collection *c, uint32_t *below)
{
    const wn_map *map = s->map;
    for (size_t i = 0; i < map->cells; i++) {
        uint32_t *b = &below[map->cell_region[i]];
        if (map->cell_pixels[i] > 0 && cuts->sure[i] > *b)
            *b = cuts->sure[i];
    }
    for (size_t i = 0; i < map->regions; i++) {
        if (below[i] == 0)
            continue;
        const struct samples samples = wn_collection_samples(c, i);
        const double last = (double)below[i] - 1, n = (double)wn_samples_sums(&samples, 0, last).n;
        s->dropped[i] =
            (struct background_sums){n, wn_samples_sums(&samples, 0, last).signal - n * s->mean[i],
                                     wn_samples_scatter(&samples, 0, last, s->mean[i])};
    }
}

/* Subtract the dark pixels: they are in the histograms, but were not dropped. */
static void subtract_dark(struct separation *s, const struct pick_limits *cuts,
                          const struct pixels *p)
{
    for (size_t i = 0; cuts->any_dark && i < s->flagged.n; i++) {
        const struct rect *a = &s->flagged.area[i];
        double value;
        wn_pixels_reals(p, a->first, 1, &value);
        if (isnan(value))
            continue;
        for (uint32_t row = 0; row < a->height; row++) {
            const size_t first = a->first + (size_t)row * s->map->width;
            for (size_t pixel = first; pixel < first + a->width; pixel++)
                add(s, s->dropped, pixel, value, -1);
        }
    }
}

static wn_status sum_from_histograms(struct separation *s, const struct pick_limits *cuts,
                                     const struct collection *c, const struct pixels *p)
{
    uint32_t *below = calloc(s->map->regions, sizeof *below);
    if (!below)
        return WN_ERR_MEMORY;
    sum_histograms(s, cuts, c, below);
    for (size_t k = 0; k < s->result.kept; k++) {
        const size_t pixel = s->result.kept_index[k], region = wn_map_region_of(s->map, pixel);
        const uint64_t value = pixels_bits(p, pixel);
        if (value < below[region])
            add(s, s->dropped, pixel, (double)value, -1);
    }
    free(below);
    subtract_dark(s, cuts, p);
    return WN_OK;
}

static void sum_pixel_by_pixel(struct separation *s, const struct pick_limits *cuts,
                               const struct pixels *p)
{
    const size_t pixels = (size_t)p->height * p->width;
    size_t next_kept = 0;
    double real[SEGMENT];
    for (size_t first = 0; first < pixels; first += SEGMENT) {
        const size_t n = at_most(pixels - first, SEGMENT);
        wn_pixels_reals(p, first, n, real);
        for (size_t i = 0; i < n; i++) {
            const size_t pixel = first + i;
            if (next_kept < s->result.kept && s->result.kept_index[next_kept] == pixel)
                next_kept++;
            else if (!isnan(real[i]) && !is_dark(s, cuts, pixel, real[i]))
                add(s, s->dropped, pixel, value_of(s, pixel, real[i]), 1);
        }
    }
}

/* ---- less the skirts ----------------------------------------------------------------------- */

/* From which value on a kept pixel of a cell is strong. */
static double *strong_values(const struct separation *s, const struct pick_rule *rule)
{
    const wn_map *map = s->map;
    double *strong = malloc(map->cells * sizeof *strong);
    for (size_t i = 0; strong && i < map->cells; i++) {
        strong[i] =
            surface_at(&rule->background, i) + STRONG_SIGMA * rule->sigma[map->cell_region[i]];
        if (!s->real)
            strong[i] = strong[i] * map->cell_norm[i] + STRONG_COUNT;
    }
    return strong;
}

static void mark_strong(const struct separation *s, const double *strong, const struct pixels *p,
                        struct skirts *b)
{
    const uint32_t width = s->map->width;
    for (size_t k = 0; k < s->result.kept; k++) {
        const uint32_t pixel = s->result.kept_index[k];
        double value;
        if (s->real)
            wn_pixels_reals(p, pixel, 1, &value);
        else
            value = (double)pixels_bits(p, pixel);
        if (value_of(s, pixel, value) > strong[s->map->cell[pixel]])
            b->mark[(pixel / width / STRONG_BLOCK + 1) * b->across + pixel % width / STRONG_BLOCK +
                    1] = STRONG;
    }
    for (size_t y = 1; y + 1 < b->down; y++) {
        for (size_t x = 1; x + 1 < b->across; x++) {
            if (!(b->mark[y * b->across + x] & STRONG))
                continue;
            for (size_t row = y - 1; row <= y + 1; row++) {
                for (size_t column = x - 1; column <= x + 1; column++)
                    b->mark[row * b->across + column] |= NEAR_STRONG;
            }
        }
    }
}

/* Add a pixel to the sums of its region if it was dropped. */
static void add_if_dropped(const struct separation *s, const struct pick_limits *cuts, size_t pixel,
                           double real, struct background_sums *sums)
{
    if (!is_dark(s, cuts, pixel, real) && !is_picked(s, cuts, pixel, real))
        add(s, sums, pixel, value_of(s, pixel, real), 1);
}

/* Sum up the dropped pixels of a block. */
static void sum_block(const struct separation *s, const struct pick_limits *cuts,
                      const struct pixels *p, size_t x, size_t y, struct background_sums *skirts)
{
    const size_t n = at_most(p->width - x, STRONG_BLOCK),
                 end_y = at_most(y + STRONG_BLOCK, p->height);
    for (; y < end_y; y++) {
        const size_t first = y * p->width + x;
        uint32_t buffer[STRONG_BLOCK];
        double real[STRONG_BLOCK];
        const uint32_t *counts = s->real ? NULL : wn_pixels_counts(p, first, n, buffer);
        if (s->real)
            wn_pixels_reals(p, first, n, real);
        for (size_t i = 0; i < n; i++) {
            if (s->real ? !isnan(real[i]) : counts[i] != FLAGGED)
                add_if_dropped(s, cuts, first + i, s->real ? real[i] : counts[i], skirts);
        }
    }
}

static wn_status subtract_skirts(struct separation *s, const struct pick_limits *cuts,
                                 const struct pixels *p)
{
    struct skirts b = {
        .across = (s->map->width + STRONG_BLOCK - 1) / STRONG_BLOCK + 2,
        .down = (s->map->height + STRONG_BLOCK - 1) / STRONG_BLOCK + 2,
    };
    b.mark = calloc(b.across * b.down, 1);
    double *strong = strong_values(s, cuts->rule);
    struct background_sums *skirts = calloc(s->map->regions, sizeof *skirts);
    const bool memory = b.mark && strong && skirts;
    if (memory) {
        mark_strong(s, strong, p, &b);
        for (size_t y = 1; y + 1 < b.down; y++) {
            for (size_t x = 1; x + 1 < b.across; x++) {
                if (b.mark[y * b.across + x] & NEAR_STRONG)
                    sum_block(s, cuts, p, (x - 1) * STRONG_BLOCK, (y - 1) * STRONG_BLOCK, skirts);
            }
        }
        for (size_t i = 0; i < s->map->regions; i++) {
            if (skirts[i].n > MAX_TAIL_FRACTION * s->dropped[i].n)
                continue;
            s->dropped[i].n -= skirts[i].n;
            s->dropped[i].sum -= skirts[i].sum;
            s->dropped[i].sum2 -= skirts[i].sum2;
        }
    }
    free(b.mark);
    free(strong);
    free(skirts);
    return memory ? WN_OK : WN_ERR_MEMORY;
}

wn_status wn_background_sums_picked(struct separation *s, const struct pick_limits *cuts,
                                    const struct collection *c, const struct pixels *p)
{
    wn_status status = WN_OK;
    if (c->histogram)
        status = sum_from_histograms(s, cuts, c, p);
    else
        sum_pixel_by_pixel(s, cuts, p);
    return status == WN_OK ? subtract_skirts(s, cuts, p) : status;
}

void wn_background_sums_kinds(struct separation *s, const struct pixels *p)
{
    const size_t pixels = (size_t)p->height * p->width;
    uint32_t buffer[SEGMENT];
    memset(s->dropped, 0, s->map->regions * sizeof *s->dropped);
    for (size_t first = 0; first < pixels; first += SEGMENT) {
        const size_t n = at_most(pixels - first, SEGMENT);
        const uint32_t *count = wn_pixels_counts(p, first, n, buffer);
        for (size_t i = 0; i < n; i++) {
            if (s->kind[first + i] == WN_PIXEL_BACKGROUND)
                add(s, s->dropped, first + i, count[i], 1);
        }
    }
}
