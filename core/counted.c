#include "counted.h"

#include <stdlib.h>

#include "blocks.h"
#include "counts.h"
#include "philox.h"
#include "store.h"
#include "surface.h"
#include "words.h"

void counted_free(struct counted *c)
{
    free(c->kind);
    free(c->mean);
    free(c->count);
    *c = (struct counted){0};
}

wn_status counted_means(const wn_map *map, const struct profile *profile, float *mean)
{
    struct surface surface;
    const wn_status status = surface_make(map, profile->mean, &surface);
    if (status != WN_OK)
        return status;
    for (size_t i = 0; i < map->cells; i++) {
        const float m = (float)(surface_at(&surface, i) * map->cell_norm[i]);
        mean[i] = m > MEAN_FLOOR ? m : MEAN_FLOOR;
    }
    surface_free(&surface);
    return WN_OK;
}

/* ---- kept pixels --------------------------------------------------------------------------- */

/* The class of the pixels of each cell. */
static void class_cells(const float *mean, size_t cells, unsigned steps, uint8_t *class)
{
    for (size_t i = 0; i < cells; i++)
        class[i] = (uint8_t)counts_class(mean[i], steps);
}

/* The classes of the kept pixels, in their order. */
static void class_kept(const wn_map *map, const uint8_t *kind, const uint8_t *cell_class,
                       uint8_t *class)
{
    const size_t pixels = (size_t)map->height * map->width;
    for (size_t next = 0; next < pixels;) {
        const struct kept_run run = kept_run_from(kind, next, pixels);
        const uint16_t *cell = map->cell + run.first;
        for (size_t i = 0; i < run.length; i++)
            *class ++ = cell_class[cell[i]];
        next = run.first + run.length;
    }
}

static void gather_kept(const struct pixels *p, const uint8_t *kind, uint32_t *count)
{
    const size_t pixels = (size_t)p->height * p->width;
    uint32_t buffer[SEGMENT];
    for (size_t next = 0; next < pixels;) {
        const struct kept_run run = kept_run_from(kind, next, pixels);
        const size_t n = at_most(run.length, SEGMENT);
        if (n > 0)
            memcpy(count, pixels_counts(p, run.first, n, buffer), n * sizeof *count);
        count += n;
        next = run.first + n;
    }
}

wn_status counted_write_kept(struct writer *w, const struct separation *s,
                             const struct pixels *pixels, const float *mean)
{
    const size_t kept = s->result.kept;
    const unsigned steps = counts_steps(kept);
    uint8_t *cell_class = malloc(s->map->cells), *class = malloc(kept + 1);
    uint32_t *count = malloc((kept + 1) * sizeof *count);
    wn_status status = cell_class && class && count ? WN_OK : WN_ERR_MEMORY;
    if (status == WN_OK) {
        class_cells(mean, s->map->cells, steps, cell_class);
        class_kept(s->map, s->kind, cell_class, class);
        gather_kept(pixels, s->kind, count);
        write_u8(w, (uint8_t)steps);
        status = counts_write(w, class, count, kept);
    }
    free(cell_class);
    free(class);
    free(count);
    return status;
}

static wn_status check_counts(const uint32_t *count, size_t n, wn_type type)
{
    const uint64_t flag = type_maximum(type);
    uint32_t highest = 0;
    for (size_t i = 0; i < n; i++)
        highest = count[i] > highest ? count[i] : highest;
    return highest < flag ? WN_OK : WN_ERR_CORRUPT;
}

wn_status counted_read_kept(struct reader *r, const wn_map *map, wn_type type, struct counted *c)
{
    const unsigned steps = read_u8(r);
    if (steps < 1 || steps > MOST_STEPS)
        return WN_ERR_CORRUPT;
    uint8_t *cell_class = malloc(map->cells), *class = malloc(c->kept + 1);
    c->count = malloc((c->kept + 1) * sizeof *c->count);
    wn_status status = cell_class && class && c->count ? WN_OK : WN_ERR_MEMORY;
    if (status == WN_OK) {
        class_cells(c->mean, map->cells, steps, cell_class);
        class_kept(map, c->kind, cell_class, class);
        status = counts_read(r, class, c->count, c->kept);
    }
    if (status == WN_OK)
        status = check_counts(c->count, c->kept, type);
    free(cell_class);
    free(class);
    return status;
}

void counted_overlay(const wn_map *map, const struct counted *c, wn_type type, void *dst)
{
    const size_t pixels = (size_t)map->height * map->width, size = wn_type_size(type);
    const uint32_t *count = c->count;
    for (size_t next = 0; next < pixels;) {
        const struct kept_run run = kept_run_from(c->kind, next, pixels);
        store_counts(count, run.length, size, dst, run.first);
        count += run.length;
        next = run.first + run.length;
    }
}

/* ---- sums of blocks ------------------------------------------------------------------------ */

/* The classes of the blocks of a row, but for those without background pixels. Returns how many
 * there are. */
static size_t class_blocks(const float *expected, size_t n, unsigned steps, uint8_t *class)
{
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        class[used] = (uint8_t)counts_class(expected[i], steps);
        used += expected[i] > 0;
    }
    return used;
}

static void gather_sums(const float *expected, size_t n, const uint64_t *sum, uint32_t *count)
{
    for (size_t i = 0; i < n; i++) {
        *count = (uint32_t)sum[i];
        count += expected[i] > 0;
    }
}

static wn_status write_sums(struct writer *w, struct blocks *b, const uint64_t *sum)
{
    const size_t blocks = b->across * b->down;
    const unsigned steps = counts_steps(blocks);
    uint32_t *count = malloc((blocks + 1) * sizeof *count);
    uint8_t *class = malloc(blocks + 1);
    wn_status status = count && class ? WN_OK : WN_ERR_MEMORY;
    size_t n = 0;
    for (size_t row = 0; row < b->down && status == WN_OK; row++) {
        const float *expected = blocks_weigh(b, row);
        gather_sums(expected, b->across, sum + row * b->across, count + n);
        n += class_blocks(expected, b->across, steps, class + n);
    }
    if (status == WN_OK) {
        write_u8(w, (uint8_t)b->edge);
        write_u8(w, (uint8_t)steps);
        status = counts_write(w, class, count, n);
    }
    free(count);
    free(class);
    return status;
}

wn_status counted_write_sums(struct writer *w, const struct separation *s, const float *mean)
{
    struct blocks b;
    wn_status status = blocks_create(s->map, s->kind, mean, s->edge, &b);
    if (status != WN_OK)
        return status;
    status = write_sums(w, &b, s->sum);
    blocks_free(&b);
    return status;
}

/* ---- drawing ------------------------------------------------------------------------------- */

/* Read the sums of a frame: those of the blocks that have background pixels, in their order. */
static wn_status read_sums(struct reader *r, struct blocks *b, wn_type type, uint32_t *sum)
{
    const unsigned steps = read_u8(r);
    if (steps < 1 || steps > MOST_STEPS)
        return WN_ERR_CORRUPT;
    uint8_t *class = malloc(b->across * b->down + 1);
    if (!class)
        return WN_ERR_MEMORY;
    size_t n = 0;
    for (size_t row = 0; row < b->down; row++)
        n += class_blocks(blocks_weigh(b, row), b->across, steps, class + n);
    wn_status status = counts_read(r, class, sum, n);
    if (status == WN_OK && r->next != r->end)
        status = WN_ERR_CORRUPT;
    free(class);
    return status == WN_OK ? check_counts(sum, n, type) : status;
}

/* Draw row after row; sum: what read_sums() gave. */
static void draw_rows(struct blocks *b, const uint32_t *sum, const struct splits *splits,
                      struct words *words, size_t element_size, uint32_t *pixel, void *dst)
{
    const size_t width = b->map->width, edge = b->edge;
    for (size_t row = 0; row < b->down; row++) {
        const float *expected = blocks_weigh(b, row);
        uint32_t *of_block = blocks_sums(b);
        for (size_t i = 0; i < b->across; i++) {
            of_block[i] = expected[i] > 0 ? *sum : 0;
            sum += expected[i] > 0;
        }
        const size_t first = row * edge * width, lines = at_most(b->map->height - row * edge, edge);
        blocks_draw(b, splits, words_from(words, row * blocks_words(b), blocks_words(b)), pixel);
        store_counts(pixel, lines * width, element_size, dst, first);
    }
}

static wn_status draw_blocks(struct reader *r, struct blocks *b, wn_type type,
                             const struct noise_key *noise, void *dst)
{
    const wn_map *map = b->map;
    struct words words;
    wn_status status = words_create(noise, b->across, blocks_words(b), &words);
    if (status != WN_OK)
        return status;
    uint32_t *sum = malloc((b->across * b->down + 1) * sizeof *sum);
    uint32_t *pixel = malloc(b->edge * (size_t)map->width * sizeof *pixel);
    const struct splits *splits = noise ? split_store_get(map->splits) : NULL;
    const bool memory = sum && pixel && (splits || !noise);
    status = memory ? read_sums(r, b, type, sum) : WN_ERR_MEMORY;
    if (status == WN_OK)
        draw_rows(b, sum, splits, &words, wn_type_size(type), pixel, dst);
    words_free(&words);
    free(sum);
    free(pixel);
    return status;
}

wn_status counted_draw(const wn_map *map, const struct counted *c, wn_type type,
                       const struct noise_key *noise, void *dst)
{
    struct reader r = c->sums;
    const unsigned edge = read_u8(&r);
    if (edge < 2 || edge > MOST_EDGE)
        return WN_ERR_CORRUPT;
    struct blocks b;
    wn_status status = blocks_create(map, c->kind, c->mean, edge, &b);
    if (status != WN_OK)
        return status;
    status = draw_blocks(&r, &b, type, noise, dst);
    blocks_free(&b);
    return status;
}
