/* Gathers counts and their contexts for count_stream_write.c: one pass over the pixels for the kept
 * ones, one over the blocks for their sums. Memory: 5 bytes for each kept pixel. */
#include "encode/count_sections.h"

#include <stdlib.h>

#include "encode/count_stream_write.h"
#include "format/block_sums.h"
#include "format/count_context.h"
#include "format/count_stream.h"
#include "geometry/map.h"

/* ---- kept pixels --------------------------------------------------------------------------- */

/* Contexts and counts of all kept pixels, in the order of the pixels. */
static void gather_kept(const struct separation *s, const struct pixels *p,
                        const uint8_t *cell_context, uint8_t *context, uint32_t *count)
{
    const size_t pixels = (size_t)p->height * p->width;
    uint32_t buffer[SEGMENT];
    uint16_t kept[SEGMENT];
    for (size_t first = 0; first < pixels; first += SEGMENT) {
        const size_t segment = at_most(pixels - first, SEGMENT);
        const size_t n = wn_kept_pixels_of(s->kind + first, segment, kept);
        const uint32_t *of_pixel = wn_pixels_counts(p, first, segment, buffer);
        wn_count_contexts_of_kept(cell_context, s->map->cell + first, kept, n, context);
        for (size_t i = 0; i < n; i++)
            count[i] = of_pixel[kept[i]];
        context += n;
        count += n;
    }
}

wn_status wn_count_sections_write_kept(struct byte_writer *w, const struct separation *s,
                                       const struct pixels *pixels, const float *mean)
{
    const size_t n = s->result.kept;
    const unsigned steps = wn_count_stream_steps(n);
    uint8_t *cell_context = wn_count_contexts_of_cells(mean, s->map->cells, steps),
            *context = malloc(n + SEGMENT);
    uint32_t *count = malloc((n + SEGMENT) * sizeof *count);
    wn_status status = cell_context && context && count ? WN_OK : WN_ERR_MEMORY;
    if (status == WN_OK) {
        gather_kept(s, pixels, cell_context, context, count);
        wn_write_u8(w, (uint8_t)steps);
        status = wn_count_stream_write(w, context, count, n);
    }
    free(cell_context);
    free(context);
    free(count);
    return status;
}

/* ---- sums of blocks ------------------------------------------------------------------------ */

/* Contexts of the blocks that have background pixels. */
static wn_status contexts_of_sums(struct block_sums *b, const uint8_t *kind, unsigned steps,
                                  uint8_t *context)
{
    uint8_t *used = malloc(b->across);
    for (size_t row = 0; used && row < b->down; row++) {
        const float *expected = wn_block_sums_weigh(b, row, kind + row * b->edge * b->map->width);
        context += wn_count_contexts_of_blocks(expected, b->across, steps, context, used);
    }
    free(used);
    return used ? WN_OK : WN_ERR_MEMORY;
}

static wn_status write_sums(struct byte_writer *w, struct block_sums *b, const struct separation *s)
{
    const size_t blocks = b->across * b->down;
    const unsigned steps = wn_count_stream_steps(blocks);
    uint8_t *context = malloc(blocks + 1);
    wn_status status = context ? contexts_of_sums(b, s->kind, steps, context) : WN_ERR_MEMORY;
    if (status == WN_OK) {
        wn_write_u8(w, (uint8_t)b->edge);
        wn_write_u8(w, (uint8_t)s->evenness);
        wn_write_u8(w, (uint8_t)steps);
        status = wn_count_stream_write(w, context, s->block_sum, s->blocks);
    }
    free(context);
    return status;
}

wn_status wn_count_sections_write_sums(struct byte_writer *w, const struct separation *s,
                                       const float *mean)
{
    struct block_sums b;
    wn_status status = wn_block_sums_create(s->map, mean, s->block_edge, &b);
    if (status != WN_OK)
        return status;
    status = write_sums(w, &b, s);
    wn_block_sums_free(&b);
    return status;
}
