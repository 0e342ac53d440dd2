#include "counted.h"

#include <stdlib.h>

#include "blocks.h"
#include "counts.h"
#include "manypixels.h"
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

/* Whether no count would be a flag, or be cut off, as an element. */
MANY_PIXELS
static bool are_counts(const uint32_t *restrict count, size_t n, wn_type type)
{
    uint32_t highest = 0;
    for (size_t i = 0; i < n; i++)
        highest = count[i] > highest ? count[i] : highest;
    return highest < type_maximum(type);
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
    if (status == WN_OK && !are_counts(c->count, c->kept, type))
        status = WN_ERR_CORRUPT;
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

MANY_PIXELS
static void class_all(const float *restrict expected, size_t n, unsigned steps,
                      uint8_t *restrict class)
{
    for (size_t i = 0; i < n; i++)
        class[i] = (uint8_t)counts_class(expected[i], steps);
}

/* The classes of the blocks of a row, but for those without background pixels. Returns how many
 * there are. */
static size_t class_blocks(const float *expected, size_t n, unsigned steps, uint8_t *class)
{
    size_t used = 0;
    class_all(expected, n, steps, class);
    for (size_t i = 0; i < n; i++) {
        class[used] = class[i];
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

/* A frame that is drawn row after row of blocks. */
struct drawing {
    struct blocks blocks;
    struct counts_reader sums;
    unsigned steps;
    struct words words;
    const struct splits *splits; /* NULL: without noise */
    wn_type type;
    uint8_t *class;  /* [across] of the blocks of a row that have background pixels */
    uint32_t *sum;   /* [across] their sums */
    uint32_t *pixel; /* [edge * width] where counts cannot be drawn in place */
};

/* The sums of all blocks of a row from those of blocks with background pixels. */
static void spread_sums(const float *expected, size_t n, const uint32_t *sum, uint32_t *of_block)
{
    for (size_t i = 0; i < n; i++) {
        const uint32_t used = expected[i] > 0;
        of_block[i] = *sum & -used;
        sum += used;
    }
}

/* WN_ERR_CORRUPT: a sum is no count. */
static wn_status draw_row(struct drawing *d, size_t row, void *dst)
{
    struct blocks *b = &d->blocks;
    const size_t width = b->map->width, words = blocks_words(b);
    const size_t first = row * b->edge * width, pixels = blocks_lines(b, row) * width;
    const float *expected = blocks_weigh(b, row);
    const size_t n = class_blocks(expected, b->across, d->steps, d->class);
    counts_next(&d->sums, d->class, d->sum, n);
    if (!are_counts(d->sum, n, d->type))
        return WN_ERR_CORRUPT;
    spread_sums(expected, b->across, d->sum, blocks_sums(b));
    uint32_t *to = counts_in_place(d->type, dst, first, d->pixel);
    blocks_draw(b, row, d->splits, words_from(&d->words, row * words, words), to);
    if (to == d->pixel)
        store_counts(to, pixels, wn_type_size(d->type), dst, first);
    return WN_OK;
}

static wn_status draw_rows(struct drawing *d, void *dst)
{
    wn_status status = WN_OK;
    for (size_t row = 0; row < d->blocks.down && status == WN_OK; row++)
        status = draw_row(d, row, dst);
    return status == WN_OK && !counts_are_complete(&d->sums) ? WN_ERR_CORRUPT : status;
}

static void drawing_free(struct drawing *d)
{
    blocks_free(&d->blocks);
    counts_close(&d->sums);
    words_free(&d->words);
    free(d->class);
    free(d->sum);
    free(d->pixel);
}

/* Room for a drawing whose blocks are known. */
static wn_status drawing_allocate(struct drawing *d, const struct noise_key *noise)
{
    const struct blocks *b = &d->blocks;
    d->splits = noise ? split_store_get(b->map->splits) : NULL;
    d->class = malloc(b->across);
    d->sum = calloc(b->across + 1, sizeof *d->sum);
    d->pixel = malloc(b->edge * (size_t)b->map->width * sizeof *d->pixel);
    if (!d->class || !d->sum || !d->pixel || (noise && !d->splits))
        return WN_ERR_MEMORY;
    return words_create(noise, b->across, blocks_words(b), &d->words);
}

wn_status counted_draw(const wn_map *map, const struct counted *c, wn_type type,
                       const struct noise_key *noise, void *dst)
{
    struct reader r = c->sums;
    const unsigned edge = read_u8(&r);
    struct drawing d = {.steps = read_u8(&r), .type = type};
    if (edge < 2 || edge > MOST_EDGE || d.steps < 1 || d.steps > MOST_STEPS)
        return WN_ERR_CORRUPT;
    wn_status status = blocks_create(map, c->kind, c->mean, edge, &d.blocks);
    if (status == WN_OK)
        status = drawing_allocate(&d, noise);
    if (status == WN_OK)
        status = counts_open(&d.sums, &r, d.blocks.across * d.blocks.down);
    if (status == WN_OK && r.next != r.end)
        status = WN_ERR_CORRUPT;
    if (status == WN_OK)
        status = draw_rows(&d, dst);
    drawing_free(&d);
    return status;
}
