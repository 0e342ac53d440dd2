/* Restoring a frame: first the background, then flagged and kept pixels over it. Background counts
 * are drawn from alias tables, or from Gaussians by inversion, with the counter-based generator of
 * stats/philox.h, so that the result does not depend on the number of threads. One pass over the
 * pixels for the background. */
#include "decode/densify.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/simd.h"
#include "decode/cell_distributions.h"
#include "decode/count_restore.h"
#include "decode/dithered_means.h"
#include "decode/store_elements.h"
#include "geometry/map.h"
#include "stats/philox.h"

/* ---- storing elements ---------------------------------------------------------------------- */

static void store_real(double value, wn_type type, void *dst, size_t index)
{
    const float narrow = (float)value;
    if (type == WN_F32)
        memcpy((uint8_t *)dst + index * sizeof narrow, &narrow, sizeof narrow);
    else
        memcpy((uint8_t *)dst + index * sizeof value, &value, sizeof value);
}

/* ---- with noise ---------------------------------------------------------------------------- */

WN_MULTIVERSION
static void draw_tables(const uint32_t *restrict table, const uint32_t *restrict column,
                        const uint16_t *restrict cell, const uint32_t *restrict random, size_t n,
                        uint32_t *restrict count)
{
    for (size_t i = 0; i < n; i++)
        count[i] = alias_table_draw(column, table[cell[i]], random[i]);
}

static void draw_mixed(const struct cell_distributions *tables, const uint16_t *cell,
                       const uint32_t *random, size_t n, uint32_t *count)
{
    for (size_t i = 0; i < n; i++) {
        const uint32_t table = tables->table[cell[i]];
        const struct truncated_gauss *gauss = &tables->gauss[cell[i]];
        count[i] = table == GAUSS_CELL ? count_of_real(gauss, draw_gauss(tables, gauss, random[i]))
                                       : alias_table_draw(tables->column, table, random[i]);
    }
}

static void draw_reals(const struct cell_distributions *tables, const uint16_t *cell,
                       const uint32_t *random, size_t n, wn_type type, void *dst, size_t first)
{
    for (size_t i = 0; i < n; i++)
        store_real(draw_gauss(tables, &tables->gauss[cell[i]], random[i]), type, dst, first + i);
}

static wn_status fill_with_noise(const wn_map *map, const struct separated_frame *frame,
                                 wn_type type, const struct noise_key *key, int threads, void *dst)
{
    const size_t pixels = (size_t)map->height * map->width, size = wn_type_size(type);
    const size_t groups = (pixels + PHILOX_GROUP - 1) / PHILOX_GROUP;
    const bool real = wn_type_is_float(type);
    struct cell_distributions tables;
    const wn_status status =
        real ? wn_cell_distributions_of_reals(map, &frame->profile, &tables)
             : wn_cell_distributions_of_counts(map, &frame->profile, frame->first_kept, &tables);
    if (status != WN_OK)
        return status;
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (size_t g = 0; g < groups; g++) {
        uint32_t random[PHILOX_GROUP], count[PHILOX_GROUP];
        const size_t first = g * PHILOX_GROUP;
        const size_t n = at_most(pixels - first, PHILOX_GROUP);
        const uint16_t *cell = map->cell + first;
        wn_philox_group(key->seed, key->frame, (uint32_t)g, random);
        if (real) {
            draw_reals(&tables, cell, random, n, type, dst, first);
            continue;
        }
        uint32_t *to = wn_counts_in_place(type, dst, first, count);
        if (tables.gauss)
            draw_mixed(&tables, cell, random, n, to);
        else
            draw_tables(tables.table, tables.column, cell, random, n, to);
        if (to == count)
            wn_store_counts(count, n, size, dst, first);
    }
    wn_cell_distributions_free(&tables);
    return WN_OK;
}

/* ---- without noise ------------------------------------------------------------------------- */

static wn_status fill_with_means(const wn_map *map, const struct separated_frame *frame,
                                 wn_type type, int threads, void *dst)
{
    const size_t size = wn_type_size(type), width = map->width;
    const bool real = wn_type_is_float(type);
    double *mean = real ? malloc(map->cells * sizeof *mean) : NULL;
    struct dithered_means means = {0};
    wn_status status = mean || !real ? WN_OK : WN_ERR_MEMORY;
    if (status == WN_OK)
        status = real ? wn_cell_means_of_reals(map, &frame->profile, mean)
                      : wn_dithered_means_make(map, &frame->profile, frame->first_kept, &means);
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (uint32_t y = 0; y < (status == WN_OK ? map->height : 0); y++) {
        uint32_t count[PHILOX_GROUP];
        for (size_t x = 0; x < width; x += PHILOX_GROUP) {
            const size_t n = at_most(width - x, PHILOX_GROUP);
            const size_t first = y * width + x;
            const uint16_t *cell = map->cell + first;
            for (size_t i = 0; real && i < n; i++)
                store_real(mean[cell[i]], type, dst, first + i);
            if (real)
                continue;
            uint32_t *to = wn_counts_in_place(type, dst, first, count);
            wn_dithered_means_round(&means, cell, (uint32_t)x, y, n, to);
            if (to == count)
                wn_store_counts(count, n, size, dst, first);
        }
    }
    free(mean);
    wn_dithered_means_free(&means);
    return status;
}

/* ---- flagged and kept pixels ----------------------------------------------------------------- */

static void write_exact(const wn_map *map, const struct separated_frame *frame, wn_type type,
                        void *dst)
{
    const size_t size = wn_type_size(type);
    for (size_t i = 0; i < frame->flagged.n; i++) {
        const struct rect *a = &frame->flagged.area[i];
        for (uint32_t row = 0; row < a->height; row++) {
            const size_t first = a->first + (size_t)row * map->width;
            for (uint32_t column = 0; column < a->width; column++)
                wn_store_bits(a->bits, size, dst, first + column);
        }
    }
    for (size_t i = 0; frame->kept_index && i < frame->kept; i++)
        wn_store_bits(frame->kept_bits[i], size, dst, frame->kept_index[i]);
}

/* Fill the frame with background from the distributions of its cells, if it has any. */
static wn_status fill(const wn_map *map, const struct separated_frame *frame, wn_type type,
                      const struct noise_key *noise, int threads, void *dst)
{
    if (frame->coded.mean && !frame->first_kept)
        return WN_OK;
    return noise ? fill_with_noise(map, frame, type, noise, threads, dst)
                 : fill_with_means(map, frame, type, threads, dst);
}

wn_status wn_densify(const wn_map *map, const struct separated_frame *frame, wn_type type,
                     const struct noise_key *noise, int threads, void *dst)
{
    wn_status status = fill(map, frame, type, noise, threads, dst);
    if (status == WN_OK && frame->coded.mean)
        status = wn_count_restore(map, frame, type, noise, dst);
    if (status == WN_OK)
        write_exact(map, frame, type, dst);
    return status;
}
