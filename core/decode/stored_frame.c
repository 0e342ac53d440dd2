/* What a chunk says about a frame without restoring it: indices of kept and flagged pixels, mean
 * and sigma of the background. Four passes over the pixels; one byte of memory for each. */
#include <math.h>
#include <stdlib.h>

#include "decode/cell_distributions.h"
#include "decode/frame_read.h"
#include "decode/separated_frame.h"
#include "format/chunk_header.h"
#include "geometry/map.h"

void wn_stored_frame_free(wn_stored_frame *frame)
{
    if (!frame)
        return;
    free(frame->kept_index);
    free(frame->flagged_index);
    free(frame->mean);
    free(frame->sigma);
    free(frame);
}

/* ---- pixels -------------------------------------------------------------------------------- */

/* Kinds of all pixels, in the order in which wn_decode() writes them: flagged rectangles, which may
 * overlap kept pixels in a forged chunk, then kept pixels. */
static uint8_t *classify_pixels(const wn_map *map, const struct separated_frame *f)
{
    uint8_t *kind = calloc((size_t)map->height * map->width, 1);
    if (!kind)
        return NULL;
    for (size_t i = 0; i < f->flagged.n; i++) {
        const struct rect *a = &f->flagged.area[i];
        for (uint32_t row = 0; row < a->height; row++)
            memset(kind + a->first + (size_t)row * map->width, WN_PIXEL_FLAGGED, a->width);
    }
    for (size_t i = 0; i < f->kept; i++)
        kind[f->kept_index[i]] = WN_PIXEL_KEPT;
    return kind;
}

/* List the kept pixels of a frame that does not list them: those on a grid, or none. */
static wn_status list_kept(const wn_map *map, struct separated_frame *f)
{
    const size_t pixels = f->coded.mean ? (size_t)map->height * map->width : 0;
    const struct kept_grid *grid = f->coded.grid.square ? &f->coded.grid : NULL;
    uint8_t *kind = malloc(pixels + 1);
    f->kept_index = malloc((f->kept + 1) * sizeof *f->kept_index);
    wn_status status = kind && f->kept_index ? WN_OK : WN_ERR_MEMORY;
    if (status == WN_OK && pixels > 0 &&
        wn_kept_grid_classify(grid, &f->flagged, map->height, map->width, kind) != f->kept)
        status = WN_ERR_CORRUPT;
    size_t n = 0;
    for (size_t i = 0; i < pixels && status == WN_OK; i++) {
        if (kind[i] == WN_PIXEL_KEPT)
            f->kept_index[n++] = (uint32_t)i;
    }
    free(kind);
    return status;
}

static wn_status list_flagged(const uint8_t *kind, size_t pixels, wn_stored_frame *out)
{
    for (size_t i = 0; i < pixels; i++)
        out->flagged += kind[i] == WN_PIXEL_FLAGGED;
    out->flagged_index = malloc((out->flagged + 1) * sizeof *out->flagged_index);
    if (!out->flagged_index)
        return WN_ERR_MEMORY;
    size_t n = 0;
    for (size_t i = 0; i < pixels; i++) {
        if (kind[i] == WN_PIXEL_FLAGGED)
            out->flagged_index[n++] = (uint32_t)i;
    }
    return WN_OK;
}

/* ---- background ---------------------------------------------------------------------------- */

/* Blocks are split by the means of the profile, which are not truncated. */
static void fill_from_profile(const wn_map *map, const struct separated_frame *f,
                              wn_stored_frame *out)
{
    for (size_t i = 0; i < map->cells; i++) {
        out->mean[i] = f->coded.mean[i];
        out->sigma[i] = sqrt(f->profile.dispersion[map->cell_region[i]] * out->mean[i]);
    }
}

static wn_status fill_background(const wn_map *map, const struct separated_frame *f, wn_type type,
                                 wn_stored_frame *out)
{
    const bool real = wn_type_is_float(type);
    out->cells = map->cells;
    out->mean = malloc(map->cells * sizeof *out->mean);
    out->sigma = malloc(map->cells * sizeof *out->sigma);
    if (!out->mean || !out->sigma)
        return WN_ERR_MEMORY;
    if (f->coded.sums.next) {
        fill_from_profile(map, f, out);
        return WN_OK;
    }
    const wn_status status =
        real ? wn_cell_means_of_reals(map, &f->profile, out->mean)
             : wn_cell_means_of_counts(map, &f->profile, f->first_kept, out->mean);
    if (status != WN_OK)
        return status;
    return real ? wn_cell_sigmas_of_reals(map, &f->profile, out->sigma)
                : wn_cell_sigmas_of_counts(map, &f->profile, f->first_kept, out->mean, out->sigma);
}

static wn_status clear_unused_cells(const wn_map *map, const uint8_t *kind, wn_stored_frame *out)
{
    bool *used = calloc(map->cells, sizeof *used);
    if (!used)
        return WN_ERR_MEMORY;
    for (size_t i = 0; i < (size_t)map->height * map->width; i++) {
        if (kind[i] == WN_PIXEL_BACKGROUND)
            used[map->cell[i]] = true;
    }
    for (size_t i = 0; i < map->cells; i++) {
        if (!used[i])
            out->mean[i] = out->sigma[i] = 0;
    }
    free(used);
    return WN_OK;
}

/* ---- frames ---------------------------------------------------------------------------------- */

static wn_status take_frame(const wn_map *map, struct separated_frame *f, wn_type type,
                            wn_stored_frame *out)
{
    const size_t pixels = (size_t)map->height * map->width;
    wn_status status = f->kept_index ? WN_OK : list_kept(map, f);
    uint8_t *kind = status == WN_OK ? classify_pixels(map, f) : NULL;
    if (status == WN_OK && !kind)
        status = WN_ERR_MEMORY;
    if (status == WN_OK)
        status = list_flagged(kind, pixels, out);
    if (status == WN_OK)
        status = fill_background(map, f, type, out);
    if (status == WN_OK)
        status = clear_unused_cells(map, kind, out);
    free(kind);
    out->kept = f->kept;
    out->block = f->coded.sums.next ? f->coded.sums.next[0] : 0;
    out->kept_index = f->kept_index;
    f->kept_index = NULL;
    return status;
}

static wn_status read_separated(const wn_map *map, const struct frame_record *record, wn_type type,
                                wn_stored_frame *out)
{
    struct separated_frame frame;
    wn_status status = wn_frame_read(record, map, type, &frame);
    if (status != WN_OK)
        return status;
    status = take_frame(map, &frame, type, out);
    wn_separated_frame_free(&frame);
    return status;
}

wn_status wn_chunk_stored_frame(const wn_map *map, const void *chunk, size_t chunk_size,
                                const wn_array *expected, uint32_t frame, wn_stored_frame **stored)
{
    struct chunk_header h;
    struct frame_record record;
    wn_status status = wn_frame_record_find(chunk, chunk_size, expected, frame, &h, &record);
    if (status != WN_OK)
        return status;
    wn_map *own = NULL;
    if (record.form == WN_FORM_SEPARATED && !wn_map_fits(map, chunk, chunk_size)) {
        status = wn_map_for_chunk(chunk, chunk_size, expected, &own);
        map = own;
    }
    wn_stored_frame *out = calloc(1, sizeof *out);
    if (!out && status == WN_OK)
        status = WN_ERR_MEMORY;
    if (status == WN_OK)
        out->form = record.form;
    if (status == WN_OK && record.form == WN_FORM_SEPARATED)
        status = h.has_model ? read_separated(map, &record, h.array.type, out) : WN_ERR_CORRUPT;
    wn_map_free(own);
    if (status == WN_OK)
        *stored = out;
    else
        wn_stored_frame_free(out);
    return status;
}
