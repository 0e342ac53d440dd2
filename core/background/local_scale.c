/* Ratio of counts to expected counts on a coarse grid, in two iterations over every fourth row of a
 * frame: the second clips counts at the scale of the first. Ratios are those of 3 x 3 tiles and are
 * interpolated bilinearly. The sums of a tile are made by one thread in a fixed order. */
#include "background/local_scale.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/simd.h"
#include "geometry/map.h"

#define LOCAL_SCALE_ROW_STEP   4
#define LOCAL_SCALE_MIN_PIXELS 256
#define LOCAL_SCALE_MIN_COUNTS 64
#define LOCAL_SCALE_MIN        0.05
#define LOCAL_SCALE_MAX        20.0

/* Independent accumulators, to break the dependency chain of a sum. */
#define LANES 16

/* ---- sums ---------------------------------------------------------------------------------- */

struct local_sums {
    double counted, expected, pixels;
};

/* Counts are clipped at slope * mean + root * spread + 1. */
struct clip_line {
    float slope, root;
};

/* Input and output of one iteration. */
struct summing {
    const wn_map *map;
    const struct pixels *pixels;
    const float *mean;
    const float *spread;             /* [cells] 4 sigma at the scale 1 */
    const struct local_scale *scale; /* of the previous iteration */
    bool first;                      /* there is no scale yet */
    struct local_sums *sums;         /* [tiles] */
};

WN_MULTIVERSION
static void read_row(const uint32_t *restrict counts, const uint16_t *restrict cell,
                     const float *restrict mean, size_t n, float *restrict pixel_count,
                     float *restrict pixel_mean)
{
    /* two loops, because compilers do not vectorise them as one */
    for (size_t i = 0; i < n; i++) {
        const uint32_t used = -(uint32_t)(counts[i] != FLAGGED);
        pixel_count[i] = (float)(counts[i] & used);
    }
    for (size_t i = 0; i < n; i++) {
        const float m = mean[cell[i]];
        pixel_mean[i] = counts[i] == FLAGGED ? 0 : m;
    }
}

void wn_counts_and_means(const struct pixels *p, const wn_map *map, const float *mean, size_t first,
                         size_t n, float *pixel_count, float *pixel_mean)
{
    uint32_t buffer[SEGMENT];
    const uint32_t *counts = wn_pixels_counts(p, first, n, buffer);
    read_row(counts, map->cell + first, mean, n, pixel_count, pixel_mean);
}

WN_MULTIVERSION
static double sum_of(const float value[LOCAL_SCALE_TILE])
{
    float lane[LANES] = {0};
    for (size_t i = 0; i < LOCAL_SCALE_TILE; i += LANES) {
        for (size_t k = 0; k < LANES; k++)
            lane[k] += value[i + k];
    }
    double sum = 0;
    for (size_t k = 0; k < LANES; k++)
        sum += lane[k];
    return sum;
}

/* Clip the counts. is_pixel[i]: 1 for pixels with an expected count, else 0. */
WN_MULTIVERSION
static void clip_counts(float *restrict count, const float *restrict mean,
                        const uint16_t *restrict cell, const float *restrict spread,
                        struct clip_line clip, size_t n, float *restrict is_pixel)
{
    for (size_t i = 0; i < n; i++) {
        const float limit = clip.slope * mean[i] + clip.root * spread[cell[i]] + 1;
        count[i] = count[i] < limit ? count[i] : limit;
        is_pixel[i] = mean[i] > 0 ? 1.0f : 0.0f;
    }
}

/* Add n pixels of a row to the sums of their tile; the arrays are padded with zeros. */
static void add_to_tile(const struct summing *s, size_t tile, const uint16_t *cell, size_t n,
                        float count[LOCAL_SCALE_TILE], const float mean[LOCAL_SCALE_TILE])
{
    const float level = s->first ? 1 : s->scale->level[tile];
    const struct clip_line clip = {s->first ? 2 : level, sqrtf(level)};
    float is_pixel[LOCAL_SCALE_TILE] = {0};
    clip_counts(count, mean, cell, s->spread, clip, n, is_pixel);
    s->sums[tile].counted += sum_of(count);
    s->sums[tile].expected += sum_of(mean);
    s->sums[tile].pixels += sum_of(is_pixel);
}

/* Add a row of the frame to the sums of its tiles; `tile` is the first of them. */
static void add_row(const struct summing *s, size_t y, size_t tile)
{
    float count[SEGMENT + LOCAL_SCALE_TILE], mean[SEGMENT + LOCAL_SCALE_TILE];
    const size_t width = s->map->width;
    for (size_t x = 0; x < width; x += SEGMENT) {
        const size_t n = at_most(SEGMENT, width - x), first = y * width + x;
        wn_counts_and_means(s->pixels, s->map, s->mean, first, n, count, mean);
        memset(count + n, 0, LOCAL_SCALE_TILE * sizeof *count);
        memset(mean + n, 0, LOCAL_SCALE_TILE * sizeof *mean);
        for (size_t i = 0; i < n; i += LOCAL_SCALE_TILE)
            add_to_tile(s, tile++, s->map->cell + first + i, at_most(LOCAL_SCALE_TILE, n - i),
                        count + i, mean + i);
    }
}

static void sum_tile_row(const struct summing *s, size_t tile_row)
{
    const size_t across = s->scale->across, first = tile_row * across;
    const size_t end = at_most((tile_row + 1) * LOCAL_SCALE_TILE, s->map->height);
    for (size_t tile = first; tile < first + across; tile++)
        s->sums[tile] = (struct local_sums){0};
    for (size_t y = tile_row * LOCAL_SCALE_TILE; y < end; y += LOCAL_SCALE_ROW_STEP)
        add_row(s, y, first);
}

/* ---- scale of a tile ----------------------------------------------------------------------- */

/* From the sums of a tile and its eight neighbours. */
static float level_of_tile(const struct local_scale *l, const struct local_sums *sums, size_t tile)
{
    const size_t column = tile % l->across, row = tile / l->across;
    struct local_sums all = {0};
    for (size_t y = row > 0 ? row - 1 : 0; y < at_most(row + 2, l->down); y++) {
        for (size_t x = column > 0 ? column - 1 : 0; x < at_most(column + 2, l->across); x++) {
            const struct local_sums *one = &sums[y * l->across + x];
            all.counted += one->counted;
            all.expected += one->expected;
            all.pixels += one->pixels;
        }
    }
    if (all.pixels < LOCAL_SCALE_MIN_PIXELS || all.expected < LOCAL_SCALE_MIN_COUNTS)
        return 1;
    return (float)fmin(fmax(all.counted / all.expected, LOCAL_SCALE_MIN), LOCAL_SCALE_MAX);
}

static void estimate(const struct summing *s, int threads, struct local_scale *l)
{
#pragma omp parallel for schedule(dynamic) num_threads(threads) if (threads > 1)
    for (size_t i = 0; i < l->down; i++)
        sum_tile_row(s, i);
    for (size_t i = 0; i < l->across * l->down; i++)
        l->level[i] = level_of_tile(l, s->sums, i);
}

wn_status wn_local_scale_find(const wn_map *map, const struct pixels *pixels, const float *mean,
                              const float *dispersion, int threads, struct local_scale *scale)
{
    struct local_scale l = {.across = (map->width + LOCAL_SCALE_TILE - 1) / LOCAL_SCALE_TILE,
                            .down = (map->height + LOCAL_SCALE_TILE - 1) / LOCAL_SCALE_TILE};
    float *spread = malloc(map->cells * sizeof *spread);
    struct local_sums *sums = malloc(l.across * l.down * sizeof *sums);
    l.level = malloc(l.across * l.down * sizeof *l.level);
    const bool complete = spread && sums && l.level;
    if (complete) {
        for (size_t i = 0; i < map->cells; i++)
            spread[i] = 4 * sqrtf(mean[i] * dispersion[i]);
        struct summing s = {map, pixels, mean, spread, &l, true, sums};
        estimate(&s, threads, &l);
        s.first = false;
        estimate(&s, threads, &l);
        *scale = l;
    } else {
        wn_local_scale_free(&l);
    }
    free(spread);
    free(sums);
    return complete ? WN_OK : WN_ERR_MEMORY;
}

void wn_local_scale_free(struct local_scale *l)
{
    free(l->level);
    *l = (struct local_scale){0};
}

/* ---- interpolation ------------------------------------------------------------------------- */

/* The two rows of tiles between whose middles a row of pixels lies. */
struct tile_weights {
    const float *upper, *lower;
    float weight; /* of the lower one */
};

static struct tile_weights tile_rows_about(const struct local_scale *l, size_t y)
{
    const size_t half = LOCAL_SCALE_TILE / 2, next = (y + half) / LOCAL_SCALE_TILE;
    const size_t upper = next > 0 ? next - 1 : 0, lower = at_most(next, l->down - 1);
    const float distance = (float)((y + half) % LOCAL_SCALE_TILE) + 0.5f;
    return (struct tile_weights){l->level + upper * l->across, l->level + lower * l->across,
                                 distance / LOCAL_SCALE_TILE};
}

static float level_between(const struct tile_weights *rows, size_t column)
{
    const float upper = rows->upper[column], lower = rows->lower[column];
    return upper + (lower - upper) * rows->weight;
}

void wn_local_scale_of_row(const struct local_scale *l, size_t y, size_t first, size_t n,
                           float *level)
{
    const struct tile_weights rows = tile_rows_about(l, y);
    const size_t half = LOCAL_SCALE_TILE / 2, end = first + n;
    size_t x = first;
    while (x < end) { /* linear between the middles of two tiles */
        const size_t next = (x + half) / LOCAL_SCALE_TILE;
        const size_t stop = at_most(next * LOCAL_SCALE_TILE + half, end);
        const float left = level_between(&rows, next > 0 ? next - 1 : 0);
        const float right = level_between(&rows, at_most(next, l->across - 1));
        const float slope = (right - left) / LOCAL_SCALE_TILE;
        const int32_t offset = (int32_t)(x + half - next * LOCAL_SCALE_TILE);
        const int32_t pixels = (int32_t)(stop - x);
        for (int32_t i = 0; i < pixels; i++)
            level[(size_t)i] = left + slope * ((float)(offset + i) + 0.5f);
        level += pixels;
        x = stop;
    }
}
