/* Counts of kept pixels from their stream, and background pixels drawn from the sums of their
 * blocks (format/block_sums.h). One pass over the frame, one row of blocks at a time, so that the
 * pixels are still in cache when the kept ones are written over the background. */
#include "decode/count_restore.h"

#include <stdlib.h>
#include <string.h>

#include "common/element_type.h"
#include "common/simd.h"
#include "decode/store_elements.h"
#include "format/block_sums.h"
#include "format/count_context.h"
#include "format/count_stream.h"
#include "format/count_stream_read.h"
#include "format/kept_grid.h"
#include "geometry/map.h"

/* Open a section of counts: the resolution of the contexts, then the stream, and nothing else. */
static wn_status open_counts(struct byte_reader *r, size_t most, unsigned *steps,
                             struct count_stream *counts)
{
    *steps = wn_read_u8(r);
    if (*steps < 1 || *steps > MAX_CONTEXT_STEPS)
        return WN_ERR_CORRUPT;
    const wn_status status = wn_count_stream_open(counts, r, most);
    return status == WN_OK && r->next != r->end ? WN_ERR_CORRUPT : status;
}

/* Whether all counts are below the maximum of the type, which would be a flag or an overflow. */
WN_MULTIVERSION
static bool are_counts(const uint32_t *restrict count, size_t n, wn_type type)
{
    uint32_t highest = 0;
    for (size_t i = 0; i < n; i++)
        highest = count[i] > highest ? count[i] : highest;
    return highest < wn_type_maximum(type);
}

/* Write counts to the listed elements. */
static void store_kept(const uint32_t *count, const uint16_t *kept, size_t n, size_t element_size,
                       void *dst, size_t first)
{
    if (element_size == sizeof *count) {
        uint8_t *to = (uint8_t *)dst + first * element_size;
        for (size_t i = 0; i < n; i++)
            memcpy(to + kept[i] * element_size, &count[i], sizeof *count);
        return;
    }
    for (size_t i = 0; i < n; i++)
        wn_store_bits(count[i], element_size, dst, first + kept[i]);
}

/* ---- kept pixels --------------------------------------------------------------------------- */

/* Reads the kept pixels of a frame in parts. */
struct kept_reader {
    const wn_map *map;
    wn_type type;
    size_t left; /* kept pixels still to be read */
    uint8_t *cell_context;
    struct count_stream counts;
    struct pixel_kind_rows rows;
    uint8_t *kind; /* [lines * width] */
};

static void kept_close(struct kept_reader *k)
{
    free(k->cell_context);
    wn_count_stream_close(&k->counts);
    wn_pixel_kind_rows_free(&k->rows);
    free(k->kind);
}

/* `lines` rows will be worked on at once. */
static wn_status kept_open(struct kept_reader *k, const wn_map *map,
                           const struct separated_frame *frame, wn_type type, size_t lines)
{
    const struct coded_counts *c = &frame->coded;
    const struct kept_grid *grid = c->grid.square ? &c->grid : NULL;
    struct byte_reader r = c->counts;
    unsigned steps;
    *k = (struct kept_reader){.map = map, .type = type, .left = c->kept};
    wn_status status = open_counts(&r, c->kept, &steps, &k->counts);
    if (status == WN_OK)
        status =
            wn_pixel_kind_rows_create(grid, &frame->flagged, map->height, map->width, &k->rows);
    if (status != WN_OK)
        return status;
    k->cell_context = wn_count_contexts_of_cells(c->mean, map->cells, steps);
    k->kind = malloc(lines * map->width);
    return k->cell_context && k->kind ? WN_OK : WN_ERR_MEMORY;
}

/* Returned by read_segment() for a damaged stream. */
#define SEGMENT_DAMAGED SIZE_MAX

/* Read the counts of those of n <= SEGMENT pixels that are kept; returns how many they are, or
 * SEGMENT_DAMAGED. */
static size_t read_segment(struct kept_reader *k, const uint8_t *kind, size_t first, size_t n,
                           uint16_t *index, uint32_t *count)
{
    uint8_t context[SEGMENT];
    const size_t kept = wn_kept_pixels_of(kind, n, index);
    if (kept > k->left)
        return SEGMENT_DAMAGED;
    k->left -= kept;
    wn_count_contexts_of_kept(k->cell_context, k->map->cell + first, index, kept, context);
    wn_count_stream_next(&k->counts, context, count, kept);
    return are_counts(count, kept, k->type) ? kept : SEGMENT_DAMAGED;
}

/* Write the kept pixels of a segment. */
static wn_status put_kept_segment(struct kept_reader *k, const uint8_t *kind, size_t first,
                                  size_t n, void *dst)
{
    const size_t size = wn_type_size(k->type);
    uint16_t index[SEGMENT];
    uint32_t count[SEGMENT];
    const size_t kept = read_segment(k, kind, first, n, index, count);
    if (kept == SEGMENT_DAMAGED)
        return WN_ERR_CORRUPT;
    if (kept == n)
        wn_store_counts(count, n, size, dst, first);
    else
        store_kept(count, index, kept, size, dst, first);
    return WN_OK;
}

/* Write the kept ones of n pixels, whose kinds are in k->kind. */
static wn_status put_kept(struct kept_reader *k, size_t first, size_t n, void *dst)
{
    wn_status status = WN_OK;
    for (size_t i = 0; i < n && status == WN_OK; i += SEGMENT)
        status = put_kept_segment(k, k->kind + i, first + i, at_most(n - i, SEGMENT), dst);
    return status;
}

/* Whether all kept pixels have been read, and the stream held nothing else. */
static bool kept_are_complete(struct kept_reader *k)
{
    return k->left == 0 && wn_count_stream_is_complete(&k->counts);
}

/* Write all kept pixels of a frame, one row at a time. */
static wn_status put_all_kept(struct kept_reader *k, void *dst)
{
    const size_t width = k->map->width;
    wn_status status = WN_OK;
    for (size_t y = 0; y < k->map->height && status == WN_OK; y++) {
        wn_pixel_kind_rows_next(&k->rows, 1, k->kind);
        status = put_kept(k, y * width, width, dst);
    }
    return status == WN_OK && !kept_are_complete(k) ? WN_ERR_CORRUPT : status;
}

/* ---- blocks -------------------------------------------------------------------------------- */

/* A frame that is drawn one row of blocks at a time. */
struct block_drawing {
    struct block_sums blocks;
    struct count_stream sums;
    unsigned steps;
    struct random_words words;
    const struct binomial_tables *splits; /* NULL: without noise */
    wn_type type;
    uint8_t *context; /* [across] contexts of those blocks of a row that have background pixels */
    uint8_t *used;    /* [across] 1 for these, 0 for others */
    uint32_t *sum;    /* [across + 1] their sums */
    uint32_t *pixel;  /* [edge * width] where counts cannot be drawn into the frame itself */
};

/* Spread the sums of blocks with background pixels over all blocks of a row; the others get 0. */
static void spread_sums(const uint8_t *used, size_t n, const uint32_t *sum, uint32_t *of_block)
{
    for (size_t i = 0; i < n; i++) {
        of_block[i] = *sum & -(uint32_t)used[i];
        sum += used[i];
    }
}

/* Draw a row of blocks. WN_ERR_CORRUPT: a sum is too large for the type. */
static wn_status draw_row(struct block_drawing *d, size_t row, const uint8_t *kind, void *dst)
{
    struct block_sums *b = &d->blocks;
    const size_t width = b->map->width, words = block_sums_random_words(b);
    const size_t first = row * b->edge * width, pixels = block_sums_lines(b, row) * width;
    const float *expected = wn_block_sums_weigh(b, row, kind);
    const size_t n =
        wn_count_contexts_of_blocks(expected, b->across, d->steps, d->context, d->used);
    wn_count_stream_next(&d->sums, d->context, d->sum, n);
    if (!are_counts(d->sum, n, d->type))
        return WN_ERR_CORRUPT;
    spread_sums(d->used, b->across, d->sum, block_sums_of_row(b));
    uint32_t *to = wn_counts_in_place(d->type, dst, first, d->pixel);
    wn_block_sums_draw(b, row, d->splits, wn_random_words_from(&d->words, row * words, words), to);
    if (to == d->pixel)
        wn_store_counts(to, pixels, wn_type_size(d->type), dst, first);
    return WN_OK;
}

/* Draw all rows of blocks. The kept pixels of a row are written while its background is still in
 * cache. */
static wn_status draw_rows(struct block_drawing *d, struct kept_reader *kept, void *dst)
{
    const struct block_sums *b = &d->blocks;
    const size_t width = b->map->width;
    wn_status status = WN_OK;
    for (size_t row = 0; row < b->down && status == WN_OK; row++) {
        const size_t lines = block_sums_lines(b, row);
        wn_pixel_kind_rows_next(&kept->rows, lines, kept->kind);
        status = draw_row(d, row, kept->kind, dst);
        if (status == WN_OK)
            status = put_kept(kept, row * b->edge * width, lines * width, dst);
    }
    if (status != WN_OK)
        return status;
    const bool complete = wn_count_stream_is_complete(&d->sums) && kept_are_complete(kept);
    return complete ? WN_OK : WN_ERR_CORRUPT;
}

static void drawing_free(struct block_drawing *d)
{
    wn_block_sums_free(&d->blocks);
    wn_count_stream_close(&d->sums);
    wn_random_words_free(&d->words);
    free(d->context);
    free(d->used);
    free(d->sum);
    free(d->pixel);
}

/* Allocate the buffers of a drawing whose blocks are set. */
static wn_status drawing_allocate(struct block_drawing *d, const struct noise_key *noise)
{
    const struct block_sums *b = &d->blocks;
    d->splits = noise ? wn_binomial_store_get(b->map->splits) : NULL;
    d->context = malloc(b->across);
    d->used = malloc(b->across);
    d->sum = calloc(b->across + 1, sizeof *d->sum);
    d->pixel = malloc(b->edge * (size_t)b->map->width * sizeof *d->pixel);
    if (!d->context || !d->used || !d->sum || !d->pixel || (noise && !d->splits))
        return WN_ERR_MEMORY;
    return wn_random_words_create(noise, b->across, block_sums_random_words(b), &d->words);
}

/* Draw the background pixels of a frame and write the kept ones. */
static wn_status draw(const struct coded_counts *c, struct kept_reader *kept,
                      const struct noise_key *noise, void *dst)
{
    struct byte_reader r = c->sums;
    const unsigned edge = wn_read_u8(&r), evenness = wn_read_u8(&r);
    struct block_drawing d = {.type = kept->type};
    if (edge < 2 || edge > MAX_BLOCK_EDGE)
        return WN_ERR_CORRUPT;
    wn_status status = wn_block_sums_create(kept->map, c->mean, edge, &d.blocks);
    d.blocks.evenness = evenness;
    if (status == WN_OK)
        status = drawing_allocate(&d, noise);
    if (status == WN_OK)
        status = open_counts(&r, d.blocks.across * d.blocks.down, &d.steps, &d.sums);
    if (status == WN_OK)
        status = draw_rows(&d, kept, dst);
    drawing_free(&d);
    return status;
}

wn_status wn_count_restore(const wn_map *map, const struct separated_frame *frame, wn_type type,
                           const struct noise_key *noise, void *dst)
{
    const struct coded_counts *c = &frame->coded;
    struct kept_reader kept;
    wn_status status = kept_open(&kept, map, frame, type, MAX_BLOCK_EDGE);
    if (status == WN_OK)
        status = c->sums.next ? draw(c, &kept, noise, dst) : put_all_kept(&kept, dst);
    kept_close(&kept);
    return status;
}

/* ---- list of kept pixels --------------------------------------------------------------------- */

/* List those of n <= SEGMENT pixels that are kept. */
static wn_status list_segment(struct kept_reader *k, const uint8_t *kind, size_t first, size_t n,
                              uint32_t *to_index, uint64_t *to_bits)
{
    uint16_t index[SEGMENT];
    uint32_t count[SEGMENT];
    const size_t kept = read_segment(k, kind, first, n, index, count);
    if (kept == SEGMENT_DAMAGED)
        return WN_ERR_CORRUPT;
    for (size_t i = 0; i < kept; i++) {
        to_index[i] = (uint32_t)(first + index[i]);
        to_bits[i] = count[i];
    }
    return WN_OK;
}

static wn_status list_all(struct kept_reader *k, uint32_t *index, uint64_t *bits)
{
    const size_t width = k->map->width, kept = k->left;
    wn_status status = WN_OK;
    for (size_t y = 0; y < k->map->height && status == WN_OK; y++) {
        wn_pixel_kind_rows_next(&k->rows, 1, k->kind);
        for (size_t x = 0; x < width && status == WN_OK; x += SEGMENT) {
            const size_t done = kept - k->left;
            status = list_segment(k, k->kind + x, y * width + x, at_most(width - x, SEGMENT),
                                  index + done, bits + done);
        }
    }
    return status == WN_OK && !kept_are_complete(k) ? WN_ERR_CORRUPT : status;
}

wn_status wn_count_list_kept(const wn_map *map, struct separated_frame *frame, wn_type type)
{
    struct kept_reader kept;
    wn_status status = kept_open(&kept, map, frame, type, 1);
    frame->kept_index = malloc((frame->kept + 1) * sizeof *frame->kept_index);
    frame->kept_bits = malloc((frame->kept + 1) * sizeof *frame->kept_bits);
    if (status == WN_OK && !(frame->kept_index && frame->kept_bits))
        status = WN_ERR_MEMORY;
    if (status == WN_OK)
        status = list_all(&kept, frame->kept_index, frame->kept_bits);
    kept_close(&kept);
    return status;
}
