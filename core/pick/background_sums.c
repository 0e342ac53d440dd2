/* Moments of the background pixels of every region. Counts: from the histograms of a collection,
 * corrected for kept and dark pixels; others: one pass over the pixels. Then pixels near strong
 * signal are subtracted, which visits only the blocks concerned. */
#include "pick/background_sums.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geometry/map.h"

/* Background pixels close to a strong one are mostly the tails of a peak and would raise the
 * background of the whole region. Left out are those in a block of STRONG_BLOCK x STRONG_BLOCK
 * pixels with a strong pixel, or in one of its eight neighbours. A pixel is strong if it exceeds
 * the background by STRONG_SIGMA sigma and, for counts, STRONG_COUNT. */
#define STRONG_BLOCK 4
#define STRONG_SIGMA 4
#define STRONG_COUNT 1

/* A region that would lose more than this fraction of its background pixels keeps them: there
 * signal, or the edge of a shadow, is everywhere, and belongs to what has to be restored. */
#define MAX_TAIL_FRACTION 0.1

/* Marks, one for each block, with a margin of one block on all sides. */
enum { NEAR_STRONG = 1, STRONG = 2 };

struct strong_blocks {
    size_t across, down;
    uint8_t *mark;
};

/* Add n pixels of a value to the sums of their region. */
static void add_to_sums(const struct separation *s, struct background_sums *sums, size_t pixel,
                        double value, double n)
{
    const size_t region = wn_map_region_of(s->map, pixel);
    const double difference = value - s->mean[region];
    sums[region].n += n;
    sums[region].sum += n * difference;
    sums[region].sum2 += n * difference * difference;
}

/* The value of a pixel in the sums: integers as they are, floats normalised. */
static double value_of(const struct separation *s, size_t pixel, double real)
{
    return s->real && s->map->norm ? real / s->map->norm[pixel] : real;
}

/* ---- all background pixels ------------------------------------------------------------------- */

/* From the histograms: all pixels of a region below `below`, the highest value from which on one of
 * its cells keeps all pixels. The kept ones among them have to be subtracted afterwards. */
static void sum_histograms(struct separation *s, const struct pick_limits *limits,
                           const struct collection *c, uint32_t *below)
{
    const wn_map *map = s->map;
    for (size_t i = 0; i < map->cells; i++) {
        uint32_t *b = &below[map->cell_region[i]];
        if (map->cell_pixels[i] > 0 && limits->always_kept[i] > *b)
            *b = limits->always_kept[i];
    }
    for (size_t i = 0; i < map->regions; i++) {
        if (below[i] == 0)
            continue;
        const struct samples samples = wn_collection_samples(c, i);
        const double last = (double)below[i] - 1, n = (double)wn_samples_sums(&samples, 0, last).n;
        s->background_sums[i] =
            (struct background_sums){n, wn_samples_sums(&samples, 0, last).signal - n * s->mean[i],
                                     wn_samples_scatter(&samples, 0, last, s->mean[i])};
    }
}

/* Subtract the dark pixels: they are in the histograms, but are flagged. */
static void subtract_dark(struct separation *s, const struct pick_limits *limits,
                          const struct pixels *p)
{
    for (size_t i = 0; limits->any_dark && i < s->flagged.n; i++) {
        const struct rect *a = &s->flagged.area[i];
        double value;
        wn_pixels_reals(p, a->first, 1, &value);
        if (isnan(value))
            continue;
        for (uint32_t row = 0; row < a->height; row++) {
            const size_t first = a->first + (size_t)row * s->map->width;
            for (size_t pixel = first; pixel < first + a->width; pixel++)
                add_to_sums(s, s->background_sums, pixel, value, -1);
        }
    }
}

static wn_status sum_from_histograms(struct separation *s, const struct pick_limits *limits,
                                     const struct collection *c, const struct pixels *p)
{
    uint32_t *below = calloc(s->map->regions, sizeof *below);
    if (!below)
        return WN_ERR_MEMORY;
    sum_histograms(s, limits, c, below);
    for (size_t k = 0; k < s->result.kept; k++) {
        const size_t pixel = s->result.kept_index[k], region = wn_map_region_of(s->map, pixel);
        const uint64_t value = pixels_bits(p, pixel);
        if (value < below[region])
            add_to_sums(s, s->background_sums, pixel, (double)value, -1);
    }
    free(below);
    subtract_dark(s, limits, p);
    return WN_OK;
}

static void sum_pixel_by_pixel(struct separation *s, const struct pick_limits *limits,
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
            else if (!isnan(real[i]) && !is_dark(s, limits, pixel, real[i]))
                add_to_sums(s, s->background_sums, pixel, value_of(s, pixel, real[i]), 1);
        }
    }
}

/* ---- without the tails of peaks -------------------------------------------------------------- */

/* The value above which a kept pixel of a cell is strong. */
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
                        struct strong_blocks *b)
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

/* Add a pixel to the sums of its region if it is background. */
static void add_if_background(const struct separation *s, const struct pick_limits *limits,
                              size_t pixel, double real, struct background_sums *sums)
{
    if (!is_dark(s, limits, pixel, real) && !is_picked(s, limits, pixel, real))
        add_to_sums(s, sums, pixel, value_of(s, pixel, real), 1);
}

/* Sum up the background pixels of a block. */
static void sum_block(const struct separation *s, const struct pick_limits *limits,
                      const struct pixels *p, size_t x, size_t y, struct background_sums *tails)
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
                add_if_background(s, limits, first + i, s->real ? real[i] : counts[i], tails);
        }
    }
}

static wn_status subtract_tails(struct separation *s, const struct pick_limits *limits,
                                const struct pixels *p)
{
    struct strong_blocks b = {
        .across = (s->map->width + STRONG_BLOCK - 1) / STRONG_BLOCK + 2,
        .down = (s->map->height + STRONG_BLOCK - 1) / STRONG_BLOCK + 2,
    };
    b.mark = calloc(b.across * b.down, 1);
    double *strong = strong_values(s, limits->rule);
    struct background_sums *tails = calloc(s->map->regions, sizeof *tails);
    const bool memory = b.mark && strong && tails;
    if (memory) {
        mark_strong(s, strong, p, &b);
        for (size_t y = 1; y + 1 < b.down; y++) {
            for (size_t x = 1; x + 1 < b.across; x++) {
                if (b.mark[y * b.across + x] & NEAR_STRONG)
                    sum_block(s, limits, p, (x - 1) * STRONG_BLOCK, (y - 1) * STRONG_BLOCK, tails);
            }
        }
        for (size_t i = 0; i < s->map->regions; i++) {
            if (tails[i].n > MAX_TAIL_FRACTION * s->background_sums[i].n)
                continue;
            s->background_sums[i].n -= tails[i].n;
            s->background_sums[i].sum -= tails[i].sum;
            s->background_sums[i].sum2 -= tails[i].sum2;
        }
    }
    free(b.mark);
    free(strong);
    free(tails);
    return memory ? WN_OK : WN_ERR_MEMORY;
}

wn_status wn_background_sums_picked(struct separation *s, const struct pick_limits *limits,
                                    const struct collection *c, const struct pixels *p)
{
    wn_status status = WN_OK;
    if (c->histogram)
        status = sum_from_histograms(s, limits, c, p);
    else
        sum_pixel_by_pixel(s, limits, p);
    return status == WN_OK ? subtract_tails(s, limits, p) : status;
}

void wn_background_sums_classified(struct separation *s, const struct pixels *p)
{
    const size_t pixels = (size_t)p->height * p->width;
    uint32_t buffer[SEGMENT];
    memset(s->background_sums, 0, s->map->regions * sizeof *s->background_sums);
    for (size_t first = 0; first < pixels; first += SEGMENT) {
        const size_t n = at_most(pixels - first, SEGMENT);
        const uint32_t *count = wn_pixels_counts(p, first, n, buffer);
        for (size_t i = 0; i < n; i++) {
            if (s->kind[first + i] == WN_PIXEL_BACKGROUND)
                add_to_sums(s, s->background_sums, first + i, count[i], 1);
        }
    }
}
