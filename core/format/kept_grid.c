#include "format/kept_grid.h"

#include <stdlib.h>
#include <string.h>

#include "common/bytes.h"
#include "format/rects_io.h"

wn_status wn_kept_grid_create(uint32_t height, uint32_t width, unsigned grain,
                              struct kept_grid *places)
{
    struct kept_grid p = {.grain = grain,
                          .across = (width + grain - 1) / grain,
                          .down = (height + grain - 1) / grain};
    p.square = calloc((size_t)p.across * p.down, 1);
    if (!p.square)
        return WN_ERR_MEMORY;
    *places = p;
    return WN_OK;
}

void wn_kept_grid_free(struct kept_grid *places)
{
    free(places->square);
    *places = (struct kept_grid){0};
}

/* ---- kinds --------------------------------------------------------------------------------- */

/* A run of kept squares. */
struct kept_run {
    size_t first, length;
};

/* The next one from square `from` on, before `end`; its length is 0 if there is none. */
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

void wn_kept_grid_line(const struct kept_grid *places, uint32_t row, uint32_t width, uint8_t *line)
{
    const uint8_t *square = places->square + (size_t)row * places->across;
    const size_t grain = places->grain;
    memset(line, WN_PIXEL_BACKGROUND, width);
    for (size_t i = 0; i < places->across;) {
        const struct kept_run run = kept_run_from(square, i, places->across);
        const size_t x = run.first * grain, end = at_most(x + run.length * grain, width);
        if (run.length == 0)
            break;
        memset(line + x, WN_PIXEL_KEPT, end - x);
        i = run.first + run.length;
    }
}

/* The lines of pixels that a row of squares covers. */
static void spread_squares(const struct kept_grid *places, uint32_t row, uint32_t height,
                           uint32_t width, uint8_t *kind)
{
    const size_t top = (size_t)row * places->grain;
    uint8_t *line = kind + top * width;
    wn_kept_grid_line(places, row, width, line);
    for (size_t y = top + 1; y < at_most(top + places->grain, height); y++)
        memcpy(kind + y * width, line, width);
}

/* Kinds are looked at eight at a time; this bit of each is set if it is kept. */
#define GROUP     8
#define KEPT_BITS 0x0101010101010101u

static size_t count_kept(const uint8_t *kind, size_t n)
{
    size_t kept = 0, i = 0;
    for (; i + GROUP <= n; i += GROUP)
        kept += (load_u64(kind + i) & KEPT_BITS) * KEPT_BITS >> 56; /* the sum of all bytes */
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

size_t wn_kept_grid_kinds(const struct kept_grid *places, const struct rect_list *flagged,
                          uint32_t height, uint32_t width, uint8_t *kind)
{
    const size_t pixels = (size_t)height * width;
    if (places) {
        for (uint32_t row = 0; row < places->down; row++)
            spread_squares(places, row, height, width, kind);
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
static wn_status add_runs(const struct kept_grid *places, uint32_t row, struct run_list *runs)
{
    const size_t first = (size_t)row * places->across, end = first + places->across;
    wn_status status = WN_OK;
    for (size_t i = first; i < end && status == WN_OK;) {
        const struct kept_run kept = kept_run_from(places->square, i, end);
        const struct run run = {(uint32_t)kept.first, (uint32_t)kept.length, 0};
        if (kept.length > 0)
            status = wn_run_list_add(runs, &run, places->across);
        i = kept.first + kept.length;
    }
    return status;
}

static wn_status areas_of_squares(const struct kept_grid *places, struct rect_list *areas)
{
    struct run_list runs = {0};
    wn_status status = WN_OK;
    for (uint32_t row = 0; row < places->down && status == WN_OK; row++)
        status = add_runs(places, row, &runs);
    if (status == WN_OK)
        status = wn_rects_of_runs(&runs, 1, places->across, areas);
    wn_run_list_free(&runs);
    return status;
}

wn_status wn_kept_grid_write(struct byte_writer *w, const struct kept_grid *places)
{
    struct rect_list areas = {0};
    wn_status status = areas_of_squares(places, &areas);
    if (status != WN_OK)
        return status;
    wn_write_u8(w, (uint8_t)places->grain);
    status = wn_rects_write(w, &areas);
    wn_rect_list_free(&areas);
    return status;
}

static wn_status read_squares(struct byte_reader *r, struct kept_grid *places)
{
    struct rect_list areas = {0};
    const wn_status status = wn_rects_read(r, places->down, places->across, &areas);
    for (size_t i = 0; i < areas.n && status == WN_OK; i++) {
        const struct rect *a = &areas.area[i];
        for (size_t y = 0; y < a->height; y++)
            memset(places->square + a->first + y * places->across, 1, a->width);
    }
    wn_rect_list_free(&areas);
    return status;
}

wn_status wn_kept_grid_read(struct byte_reader *r, uint32_t height, uint32_t width,
                            struct kept_grid *places)
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
        *places = p;
    else
        wn_kept_grid_free(&p);
    return status;
}

/* ---- line by line ---------------------------------------------------------------------------- */

wn_status wn_kind_rows_create(const struct kept_grid *places, const struct rect_list *flagged,
                              uint32_t height, uint32_t width, struct kind_rows *kinds)
{
    struct kind_rows k = {.grid = places, .flagged = flagged, .height = height, .width = width};
    k.now = malloc((flagged->n + 1) * sizeof *k.now);
    k.line = malloc(width);
    if (!k.now || !k.line) {
        wn_kind_rows_free(&k);
        return WN_ERR_MEMORY;
    }
    memset(k.line, WN_PIXEL_KEPT, width);
    *kinds = k;
    return WN_OK;
}

void wn_kind_rows_free(struct kind_rows *k)
{
    free(k->now);
    free(k->line);
    *k = (struct kind_rows){0};
}

/* Put the flags of the line in, and leave out areas that end with it. */
static void put_flags(struct kind_rows *k, uint8_t *kind)
{
    const struct rect *area = k->flagged->area;
    while (k->begun < k->flagged->n && area[k->begun].first / k->width == k->y)
        k->now[k->n_now++] = (uint32_t)k->begun++;
    size_t left = 0;
    for (size_t i = 0; i < k->n_now; i++) {
        const struct rect *a = &area[k->now[i]];
        memset(kind + a->first % k->width, WN_PIXEL_FLAGGED, a->width);
        k->now[left] = k->now[i];
        left += k->y + 1 < a->first / k->width + a->height;
    }
    k->n_now = left;
}

void wn_kind_rows_next(struct kind_rows *k, size_t lines, uint8_t *kind)
{
    for (size_t i = 0; i < lines; i++, kind += k->width, k->y++) {
        if (k->grid && k->y % k->grid->grain == 0)
            wn_kept_grid_line(k->grid, k->y / k->grid->grain, k->width, k->line);
        memcpy(kind, k->line, k->width);
        put_flags(k, kind);
    }
}
