#include "encode/count_sections.h"

#include <stdlib.h>

#include "encode/count_stream_write.h"
#include "format/block_sums.h"
#include "format/count_context.h"
#include "format/count_stream.h"
#include "geometry/map.h"

/* ---- kept pixels --------------------------------------------------------------------------- */

/* The classes and the counts of all kept pixels, in their order. */
static void gather_kept(const struct separation *s, const struct pixels *p,
                        const uint8_t *cell_class, uint8_t *class, uint32_t *count)
{
    const size_t pixels = (size_t)p->height * p->width;
    uint32_t buffer[SEGMENT];
    uint16_t kept[SEGMENT];
    for (size_t first = 0; first < pixels; first += SEGMENT) {
        const size_t segment = at_most(pixels - first, SEGMENT);
        const size_t n = wn_kept_pixels_of(s->kind + first, segment, kept);
        const uint32_t *of_pixel = wn_pixels_counts(p, first, segment, buffer);
        wn_count_contexts_of_kept(cell_class, s->map->cell + first, kept, n, class);
        for (size_t i = 0; i < n; i++)
            count[i] = of_pixel[kept[i]];
        class += n;
        count += n;
    }
}

wn_status wn_count_sections_write_kept(struct byte_writer *w, const struct separation *s,
                                       const struct pixels *pixels, const float *mean)
{
    const size_t n = s->result.kept;
    const unsigned steps = wn_count_stream_steps(n);
    uint8_t *cell_class = wn_count_contexts_of_cells(mean, s->map->cells, steps),
            *class = malloc(n + SEGMENT);
    uint32_t *count = malloc((n + SEGMENT) * sizeof *count);
    wn_status status = cell_class && class && count ? WN_OK : WN_ERR_MEMORY;
    if (status == WN_OK) {
        gather_kept(s, pixels, cell_class, class, count);
        wn_write_u8(w, (uint8_t)steps);
        status = wn_count_stream_write(w, class, count, n);
    }
    free(cell_class);
    free(class);
    free(count);
    return status;
}

/* ---- sums of blocks ------------------------------------------------------------------------ */

/* The classes of the blocks that have background pixels. */
static wn_status class_sums(struct block_sums *b, const uint8_t *kind, unsigned steps,
                            uint8_t *class)
{
    uint8_t *used = malloc(b->across);
    for (size_t row = 0; used && row < b->down; row++) {
        const float *expected = wn_block_sums_weigh(b, row, kind + row * b->edge * b->map->width);
        class += wn_count_contexts_of_blocks(expected, b->across, steps, class, used);
    }
    free(used);
    return used ? WN_OK : WN_ERR_MEMORY;
}

static wn_status write_sums(struct byte_writer *w, struct block_sums *b, const struct separation *s)
{
    const size_t blocks = b->across * b->down;
    const unsigned steps = wn_count_stream_steps(blocks);
    uint8_t *class = malloc(blocks + 1);
    wn_status status = class ? class_sums(b, s->kind, steps, class) : WN_ERR_MEMORY;
    if (status == WN_OK) {
        wn_write_u8(w, (uint8_t)b->edge);
        wn_write_u8(w, (uint8_t)s->even);
        wn_write_u8(w, (uint8_t)steps);
        status = wn_count_stream_write(w, class, s->sum, s->sums);
    }
    free(class);
    return status;
}

wn_status wn_count_sections_write_sums(struct byte_writer *w, const struct separation *s,
                                       const float *mean)
{
    struct block_sums b;
    wn_status status = wn_block_sums_create(s->map, mean, s->edge, &b);
    if (status != WN_OK)
        return status;
    status = write_sums(w, &b, s);
    wn_block_sums_free(&b);
    return status;
}
