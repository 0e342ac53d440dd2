/* Finds spots on a frame of a chunk without noise in its background. Where few pixels are kept,
 * rows are restored only when a finder reads them (decode/lazy_rows.h); otherwise the whole frame
 * is restored. Frames stored losslessly are decoded and searched like any other. */
#include <stdlib.h>

#include "decode/count_restore.h"
#include "decode/decode.h"
#include "decode/densify.h"
#include "decode/frame_read.h"
#include "decode/lazy_rows.h"
#include "decode/separated_frame.h"
#include "format/chunk_header.h"
#include "frame/blank_areas.h"
#include "geometry/map.h"
#include "spots/find.h"
#include "spots/finder.h"
#include "spots/ring_background.h"
#include "spots/ring_field.h"

/* A frame of a chunk, without noise: rows restored on demand where that is possible, or the whole
 * frame. */
struct chunk_frame {
    struct lazy_rows rows;
    void *restored;
    uint8_t *unblanked;
    struct pixels pixels;
};

static void chunk_frame_free(struct chunk_frame *s)
{
    wn_lazy_rows_free(&s->rows);
    free(s->restored);
    free(s->unblanked);
}

/* Clear the pixels that the map masks. */
static void apply_mask(const wn_map *map, uint8_t *unflagged)
{
    const size_t pixels = (size_t)map->height * map->width;
    for (size_t i = 0; map->valid && i < pixels; i++)
        unflagged[i] &= map->valid[i];
}

/* Blank areas are stored as flagged rectangles of zeros; the smallest is a row of a block. */
#define MIN_BLANK_PIXELS 8

static bool may_have_blanks(const struct rect_list *flagged)
{
    for (size_t i = 0; i < flagged->n; i++) {
        const struct rect *a = &flagged->area[i];
        if (a->bits == 0 && (size_t)a->width * a->height >= MIN_BLANK_PIXELS)
            return true;
    }
    return false;
}

/* Above one kept pixel in this many, restoring rows, each several times, costs more than restoring
 * the whole frame once. */
#define LAZY_ROWS_MIN_PIXELS_PER_KEPT 64

/* Whether rows on demand suffice. Rings mask blank areas, and finding these takes a whole frame. */
static bool can_read_rows(const wn_finder *finder, const struct separated_frame *frame,
                          wn_type type)
{
    const wn_spot_method method = finder->params.method;
    const size_t pixels = (size_t)finder->map->height * finder->map->width;
    return wn_lazy_rows_can(frame, type) && frame->kept < pixels / LAZY_ROWS_MIN_PIXELS_PER_KEPT &&
           (method == WN_SPOTS_DISPERSION || method == WN_SPOTS_DISPERSION_EXTENDED ||
            (method == WN_SPOTS_RING && !may_have_blanks(&frame->flagged)));
}

static wn_status chunk_frame_create(const wn_finder *finder, struct separated_frame *frame,
                                    const wn_array *array, struct chunk_frame *s)
{
    const wn_map *map = finder->map;
    *s = (struct chunk_frame){0};
    if (can_read_rows(finder, frame, array->type)) {
        const wn_status status = wn_lazy_rows_create(map, frame, array->type, &s->rows);
        if (status != WN_OK)
            return status;
        apply_mask(map, s->rows.unflagged);
        s->pixels = wn_pixels_of_frame(array, NULL, map->valid, &finder->map_params);
        s->pixels.rows = &s->rows.source;
        s->pixels.valid = s->rows.unflagged;
        return WN_OK;
    }
    s->restored = malloc(wn_array_bytes(array));
    if (!s->restored)
        return WN_ERR_MEMORY;
    s->pixels = wn_pixels_of_frame(array, s->restored, map->valid, &finder->map_params);
    const wn_status status = wn_densify(map, frame, array->type, NULL, 1, s->restored);
    const bool listed = !frame->coded.mean || !frame->first_kept;
    return status == WN_OK && !listed ? wn_count_list_kept(map, frame, array->type) : status;
}

/* Mask blank areas, as wn_find() does for rings. */
static wn_status mask_blanks(const wn_finder *finder, const struct separated_frame *frame,
                             struct chunk_frame *s)
{
    if (finder->map_params.compat_pyfai || !may_have_blanks(&frame->flagged))
        return WN_OK;
    const wn_status status = wn_blank_areas_find(&s->pixels, &s->unblanked);
    if (s->unblanked)
        s->pixels.valid = s->unblanked;
    return status;
}

static wn_status find_on_frame(const wn_finder *finder, struct separated_frame *frame,
                               const wn_array *array, wn_found **found)
{
    const bool real = wn_type_is_float(array->type);
    const bool ring = finder->params.method == WN_SPOTS_RING;
    struct ring_background background = {0};
    struct chunk_frame stored;
    wn_status status = chunk_frame_create(finder, frame, array, &stored);
    if (status == WN_OK && ring)
        status = mask_blanks(finder, frame, &stored);
    if (status == WN_OK && ring)
        status = wn_ring_background_of_chunk(finder->map, frame, real, &background);
    if (status == WN_OK)
        status = wn_find_on_pixels(finder, &stored.pixels, ring ? &background : NULL, found);
    wn_ring_background_free(&background);
    chunk_frame_free(&stored);
    return status;
}

static wn_status find_on_separated(const wn_finder *finder, const struct frame_record *record,
                                   const wn_array *array, wn_found **found)
{
    struct separated_frame frame;
    wn_status status = wn_frame_read(record, finder->map, array->type, &frame);
    if (status != WN_OK)
        return status;
    status = find_on_frame(finder, &frame, array, found);
    wn_separated_frame_free(&frame);
    return status;
}

static wn_status find_on_lossless(const wn_finder *finder, const struct frame_record *record,
                                  const wn_array *array, wn_found **found)
{
    const size_t bytes = wn_array_bytes(array);
    void *frame = malloc(bytes);
    wn_status status = frame ? wn_frame_record_restore(record, frame, bytes) : WN_ERR_MEMORY;
    if (status == WN_OK)
        status = wn_find(finder, array, frame, found);
    free(frame);
    return status;
}

wn_status wn_find_in_chunk(const wn_finder *finder, const void *chunk, size_t chunk_size,
                           const wn_array *expected, uint32_t frame, wn_found **found)
{
    struct chunk_header h;
    struct frame_record record;
    const wn_status status = wn_frame_record_find(chunk, chunk_size, expected, frame, &h, &record);
    if (status != WN_OK)
        return status;
    const bool separated = record.form == WN_FORM_SEPARATED || record.form == WN_FORM_COUNTED;
    wn_array array = *expected;
    array.frames = 1;
    if (array.height != finder->map->height || array.width != finder->map->width ||
        (separated && !wn_map_fits(finder->map, chunk, chunk_size)))
        return WN_ERR_MISMATCH;
    if (!separated)
        return find_on_lossless(finder, &record, &array, found);
    array.big_endian = wn_native_big_endian();
    return find_on_separated(finder, &record, &array, found);
}
