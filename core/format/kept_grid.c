/* The kept grid, stored as rectangles of squares. Kinds of pixels are one byte each; runs of kept
 * squares are found by memchr(), and kept pixels are counted and searched eight at a time in 64-bit
 * words (SWAR; Warren, Hacker's Delight, chapter 5). Linear in the number of pixels. */
#include "format/kept_grid.h"

#include <stdlib.h>
#include <string.h>

#include "common/bytes.h"
#include "format/rects_io.h"

wn_status wn_kept_grid_create(uint32_t height, uint32_t width, unsigned grain,
                              struct kept_grid *grid)
{
    struct kept_grid p = {.grain = grain,
                          .across = (width + grain - 1) / grain,
                          .down = (height + grain - 1) / grain};
    p.square = calloc((size_t)p.across * p.down, 1);
    if (!p.square)
        return WN_ERR_MEMORY;
    *grid = p;
    return WN_OK;
}

void wn_kept_grid_free(struct kept_grid *grid)
{
    free(grid->square);
    *grid = (struct kept_grid){0};
}

/* ---- classification -------------------------------------------------------------------------- */

/* A run of kept squares. */
struct kept_run {
    size_t first, length;
};

/* The next run from square `from` on, before `end`; its length is 0 if there is none. */
static struct kept_run kept_run_from(const uint8_t *square, size_t from, size_t end)
{
    const uint8_t *first = memchr(square + from, 1, end - from);
    if (!first)
        return (struct kept_run){end, 0};
    const uint8_t *after = first + 1;
    while (after < square + end && *after == 1)
        after++;
    return (struct kept_run){(size_t)(first - square), (size_t)(after - first)};
}

void wn_kept_grid_row(const struct kept_grid *grid, uint32_t row, uint32_t width, uint8_t *line)
{
    const uint8_t *square = grid->square + (size_t)row * grid->across;
    const size_t grain = grid->grain;
    memset(line, WN_PIXEL_BACKGROUND, width);
    for (size_t i = 0; i < grid->across;) {
        const struct kept_run run = kept_run_from(square, i, grid->across);
        const size_t x = run.first * grain, end = at_most(x + run.length * grain, width);
        if (run.length == 0)
            break;
        memset(line + x, WN_PIXEL_KEPT, end - x);
        i = run.first + run.length;
    }
}

/* Classify the rows of pixels that a row of squares covers. */
static void fill_row_of_squares(const struct kept_grid *grid, uint32_t row, uint32_t height,
                                uint32_t width, uint8_t *kind)
{
    const size_t top = (size_t)row * grid->grain;
    uint8_t *line = kind + top * width;
    wn_kept_grid_row(grid, row, width, line);
    for (size_t y = top + 1; y < at_most(top + grid->grain, height); y++)
        memcpy(kind + y * width, line, width);
}

/* Kinds are looked at eight at a time (SWAR); this bit of each byte is set if the pixel is kept. */
#define GROUP     8
#define KEPT_BITS 0x0101010101010101u

static size_t count_kept(const uint8_t *kind, size_t n)
{
    size_t kept = 0, i = 0;
    /* The multiplication adds up all bytes in the highest one. */
    for (; i + GROUP <= n; i += GROUP)
        kept += (load_u64(kind + i) & KEPT_BITS) * KEPT_BITS >> 56;
    for (; i < n; i++)
        kept += kind[i] == WN_PIXEL_KEPT;
    return kept;
}

size_t wn_kept_pixels_of(const uint8_t *kind, size_t n, uint16_t *kept)
{
    size_t listed = 0;
    for (size_t i = 0; i < n;) {
        if (i + GROUP <= n && !(load_u64(kind + i) & KEPT_BITS)) {
            i += GROUP;
            continue;
        }
        for (const size_t end = at_most(i + GROUP, n); i < end; i++) {
            kept[listed] = (uint16_t)i;
            listed += kind[i] == WN_PIXEL_KEPT;
        }
    }
    return listed;
}

size_t wn_kept_grid_classify(const struct kept_grid *grid, const struct rect_list *flagged,
                             uint32_t height, uint32_t width, uint8_t *kind)
{
    const size_t pixels = (size_t)height * width;
    if (grid) {
        for (uint32_t row = 0; row < grid->down; row++)
            fill_row_of_squares(grid, row, height, width, kind);
    } else {
        memset(kind, WN_PIXEL_KEPT, pixels);
    }
    for (size_t i = 0; i < flagged->n; i++) {
        const struct rect *a = &flagged->area[i];
        for (uint32_t row = 0; row < a->height; row++)
            memset(kind + a->first + (size_t)row * width, WN_PIXEL_FLAGGED, a->width);
    }
    return count_kept(kind, pixels);
}

/* ---- storing ------------------------------------------------------------------------------- */

/* The runs of a row of squares. */
static wn_status add_runs(const struct kept_grid *grid, uint32_t row, struct run_list *runs)
{
    const size_t first = (size_t)row * grid->across, end = first + grid->across;
    wn_status status = WN_OK;
    for (size_t i = first; i < end && status == WN_OK;) {
        const struct kept_run kept = kept_run_from(grid->square, i, end);
        const struct run run = {(uint32_t)kept.first, (uint32_t)kept.length, 0};
        if (kept.length > 0)
            status = wn_run_list_add(runs, &run, grid->across);
        i = kept.first + kept.length;
    }
    return status;
}

static wn_status rects_of_squares(const struct kept_grid *grid, struct rect_list *rects)
{
    struct run_list runs = {0};
    wn_status status = WN_OK;
    for (uint32_t row = 0; row < grid->down && status == WN_OK; row++)
        status = add_runs(grid, row, &runs);
    if (status == WN_OK)
        status = wn_rects_of_runs(&runs, 1, grid->across, rects);
    wn_run_list_free(&runs);
    return status;
}

wn_status wn_kept_grid_write(struct byte_writer *w, const struct kept_grid *grid)
{
    struct rect_list rects = {0};
    wn_status status = rects_of_squares(grid, &rects);
    if (status != WN_OK)
        return status;
    wn_write_u8(w, (uint8_t)grid->grain);
    status = wn_rects_write(w, &rects);
    wn_rect_list_free(&rects);
    return status;
}

static wn_status read_squares(struct byte_reader *r, struct kept_grid *grid)
{
    struct rect_list rects = {0};
    const wn_status status = wn_rects_read(r, grid->down, grid->across, &rects);
    for (size_t i = 0; i < rects.n && status == WN_OK; i++) {
        const struct rect *a = &rects.area[i];
        for (size_t y = 0; y < a->height; y++)
            memset(grid->square + a->first + y * grid->across, 1, a->width);
    }
    wn_rect_list_free(&rects);
    return status;
}

wn_status wn_kept_grid_read(struct byte_reader *r, uint32_t height, uint32_t width,
                            struct kept_grid *grid)
{
    const unsigned grain = wn_read_u8(r);
    if (grain < 1 || grain > MAX_GRAIN)
        return WN_ERR_CORRUPT;
    struct kept_grid p;
    wn_status status = wn_kept_grid_create(height, width, grain, &p);
    if (status != WN_OK)
        return status;
    status = read_squares(r, &p);
    if (status == WN_OK)
        *grid = p;
    else
        wn_kept_grid_free(&p);
    return status;
}

/* ---- row by row ---------------------------------------------------------------------------- */

wn_status wn_pixel_kind_rows_create(const struct kept_grid *grid, const struct rect_list *flagged,
                                    uint32_t height, uint32_t width, struct pixel_kind_rows *rows)
{
    struct pixel_kind_rows k = {.grid = grid, .flagged = flagged, .height = height, .width = width};
    k.active = malloc((flagged->n + 1) * sizeof *k.active);
    k.line = malloc(width);
    if (!k.active || !k.line) {
        wn_pixel_kind_rows_free(&k);
        return WN_ERR_MEMORY;
    }
    memset(k.line, WN_PIXEL_KEPT, width);
    *rows = k;
    return WN_OK;
}

void wn_pixel_kind_rows_free(struct pixel_kind_rows *k)
{
    free(k->active);
    free(k->line);
    *k = (struct pixel_kind_rows){0};
}

/* Mark the flagged pixels of row y, and drop rectangles that end with it. */
static void mark_flagged(struct pixel_kind_rows *k, uint8_t *kind)
{
    const struct rect *area = k->flagged->area;
    while (k->begun < k->flagged->n && area[k->begun].first / k->width == k->y)
        k->active[k->n_active++] = (uint32_t)k->begun++;
    size_t left = 0;
    for (size_t i = 0; i < k->n_active; i++) {
        const struct rect *a = &area[k->active[i]];
        memset(kind + a->first % k->width, WN_PIXEL_FLAGGED, a->width);
        k->active[left] = k->active[i];
        left += k->y + 1 < a->first / k->width + a->height;
    }
    k->n_active = left;
}

void wn_pixel_kind_rows_next(struct pixel_kind_rows *k, size_t lines, uint8_t *kind)
{
    for (size_t i = 0; i < lines; i++, kind += k->width, k->y++) {
        if (k->grid && k->y % k->grid->grain == 0)
            wn_kept_grid_row(k->grid, k->y / k->grid->grain, k->width, k->line);
        memcpy(kind, k->line, k->width);
        mark_flagged(k, kind);
    }
}
