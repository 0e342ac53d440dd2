/* Encoding of chunks. Each frame is written in the form that its parameters ask for, and, where its
 * size or its kept pixels suggest that another form may be smaller, in that form as well; the
 * smallest is taken. Threads work within a frame. Cost: one separation for each frame, and up to
 * three forms written. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/bytes.h"
#include "common/element_type.h"
#include "encode/frame_write.h"
#include "format/chunk_header.h"
#include "frame/blank_areas.h"
#include "geometry/map.h"
#include "params/params.h"
#include "pick/external_separation.h"
#include "pick/keep_policy.h"
#include "pick/separate.h"
#include "pick/separation.h"

/* Blosc level of frames that are stored losslessly. */
#define LOSSLESS_LEVEL 3

/* When to try another form as well. Also try to keep a separated frame whole (floats: also try
 * lossless) when it takes more than 1/RETRY_SIZE of its raw size, or when more than
 * 1/RETRY_KEPT_PIXELS of its pixels are kept one by one, or more than 1/RETRY_KEPT_GRID on a kept
 * grid. */
#define RETRY_SIZE        10
#define RETRY_KEPT_PIXELS 5
#define RETRY_KEPT_GRID   2

/* Also try lossless when a frame of counts that was kept whole, or tried so, takes more than
 * 1/RETRY_WHOLE_SIZE of its raw size. */
#define RETRY_WHOLE_SIZE 4

size_t wn_encode_bound(const wn_array *array)
{
    const size_t bytes = wn_array_bytes(array);
    return bytes == 0 ? 0
                      : bytes + HEADER_BYTES + MODEL_BYTES + CHECKSUM_BYTES +
                            (size_t)array->frames * RECORD_BYTES;
}

/* Whether all elements are equal. */
static bool is_constant(const struct pixels *p)
{
    const size_t bytes = p->size * p->height * p->width;
    return bytes == p->size || memcmp(p->data, p->data + p->size, bytes - p->size) == 0;
}

static bool is_blank(const struct pixels *p)
{
    return is_constant(p) && pixels_bits(p, 0) == 0;
}

/* Whether a chunk is still being written. Programs that write a frame in parts, as h5repack does
 * when frames are large, give the filter the part they have, with zeros for the rest, then read it
 * back and add the next part. The statistics of such a frame are worth little, and it would lose
 * information each time: it is stored losslessly until it is complete. The same holds for a chunk
 * of several frames some of which are all zero. */
static bool is_unfinished(const wn_array *array, const struct pixels *frame)
{
    uint32_t blank = 0;
    for (uint32_t i = 0; i < array->frames; i++) {
        if (is_blank(&frame[i]))
            blank++;
        else if (wn_blank_rows_at_ends(&frame[i]))
            return true;
    }
    return blank > 0 && blank < array->frames;
}

/* Whether the background could be drawn as the dummy, which would flag good pixels. */
static bool draws_dummy(const struct separation *s, const struct pixels *p)
{
    if (!p->has_dummy || p->dummy < 0 || s->real || !separation_draws_distributions(s))
        return false;
    for (size_t i = 0; i < s->map->cells; i++) {
        if (s->map->cell_pixels[i] > 0 && s->first_kept[i] > p->dummy)
            return true;
    }
    return false;
}

/* Append a frame as a lossless record: with Blosc, or raw if that is not smaller. */
static wn_status write_lossless(struct byte_writer *w, size_t typesize, const uint8_t *frame,
                                size_t frame_bytes)
{
    uint8_t *head = wn_write_room(w, RECORD_BYTES);
    if (!head)
        return WN_ERR_SPACE;
    memset(head, 0, RECORD_BYTES);
    size_t packed = 0;
    const wn_status status = wn_blosc_pack(frame, frame_bytes, typesize, true, LOSSLESS_LEVEL,
                                           w->next, (size_t)(w->end - w->next), &packed);
    if (status != WN_OK)
        return status;
    const size_t size = packed > 0 ? packed : frame_bytes;
    uint8_t *room = wn_write_room(w, size);
    if (!room)
        return WN_ERR_SPACE;
    if (packed == 0)
        memcpy(room, frame, frame_bytes);
    head[0] = packed > 0 ? WN_FORM_LOSSLESS : WN_FORM_RAW;
    store_u32(head + 1, (uint32_t)size);
    return WN_OK;
}

/* Append a separated frame, or one that is kept whole. If that is not smaller than the raw frame,
 * *gains is false and nothing is appended. */
static wn_status write_separation(struct byte_writer *w, const struct separation *s,
                                  const struct pixels *pixels, size_t frame_bytes, bool *gains)
{
    /* The gain must pay for the model as well. */
    const size_t contents = frame_bytes > MODEL_BYTES ? frame_bytes - MODEL_BYTES : 0;
    const size_t room = (size_t)(w->end - w->next), most = contents + RECORD_BYTES;
    struct byte_writer part = {.next = w->next, .end = w->next + at_most(room, most)};
    uint8_t *head = wn_write_room(&part, RECORD_BYTES);
    const wn_status status = wn_frame_write(&part, s, pixels);
    *gains = status == WN_OK && !part.full && head && !draws_dummy(s, pixels);
    if (*gains) {
        head[0] = s->kind && !s->grid.square ? WN_FORM_COUNTED : WN_FORM_SEPARATED;
        store_u32(head + 1, (uint32_t)(part.next - head) - RECORD_BYTES);
        store_u32(head + 5, (uint32_t)s->result.kept);
        store_u32(head + 9, (uint32_t)s->result.flagged);
        w->next = part.next;
    }
    return status;
}

/* Whether a frame that has been written from `start` on may be smaller in another form. */
static bool is_worth_retrying(const struct byte_writer *w, const uint8_t *start,
                              const struct separation *s, size_t frame_bytes)
{
    const size_t size = (size_t)(w->next - start);
    const size_t pixels = (size_t)s->map->height * s->map->width;
    if (s->kind && !s->grid.square)
        return size > frame_bytes / RETRY_WHOLE_SIZE;
    return size > frame_bytes / RETRY_SIZE ||
           s->result.kept > pixels / (s->kind ? RETRY_KEPT_GRID : RETRY_KEPT_PIXELS);
}

/* What replace_if_smaller() can write. */
struct frame_to_write {
    const struct separation *s;
    const struct pixels *pixels;
    size_t bytes;
};

static wn_status write_form(struct byte_writer *w, const struct frame_to_write *frame,
                            bool lossless)
{
    if (lossless)
        return write_lossless(w, frame->pixels->size, frame->pixels->data, frame->bytes);
    bool gains;
    const wn_status status = write_separation(w, frame->s, frame->pixels, frame->bytes, &gains);
    return status == WN_OK && !gains ? WN_ERR_SPACE : status;
}

/* Write the frame that begins at `start` in another form, and replace it if that is smaller. */
static wn_status replace_if_smaller(struct byte_writer *w, uint8_t *start,
                                    const struct frame_to_write *frame, bool lossless,
                                    bool *smaller)
{
    const size_t size = (size_t)(w->next - start);
    uint8_t *copy = malloc(size);
    *smaller = false;
    if (!copy)
        return WN_ERR_MEMORY;
    struct byte_writer other = {.next = copy, .end = copy + size};
    const wn_status status = write_form(&other, frame, lossless);
    const size_t other_size = (size_t)(other.next - copy);
    *smaller = status == WN_OK && other_size < size;
    if (*smaller) {
        memcpy(start, copy, other_size);
        w->next = start + other_size;
    }
    free(copy);
    return status == WN_ERR_SPACE ? WN_OK : status;
}

/* Append a frame in its smallest form. First as asked for. Kept whole, coded by the background, if
 * that gains nothing, or if it is worth a try and smaller. Lossless, with Blosc, likewise. */
static wn_status write_best(struct byte_writer *w, struct separation *s,
                            const struct pixels *pixels, size_t frame_bytes, bool *modelled)
{
    const struct frame_to_write frame = {s, pixels, frame_bytes};
    uint8_t *start = w->next;
    bool smaller;
    wn_status status = write_separation(w, s, pixels, frame_bytes, modelled);
    const bool whole = s->real || (s->kind && !s->grid.square);
    if (status == WN_OK && !whole && !*modelled) {
        status = wn_keep_all(s);
        if (status == WN_OK)
            status = write_separation(w, s, pixels, frame_bytes, modelled);
    } else if (status == WN_OK && !whole && is_worth_retrying(w, start, s, frame_bytes)) {
        status = wn_keep_all(s);
        if (status == WN_OK)
            status = replace_if_smaller(w, start, &frame, false, &smaller);
    }
    if (status != WN_OK)
        return status;
    if (!*modelled)
        return write_form(w, &frame, true);
    if (!is_worth_retrying(w, start, s, frame_bytes))
        return WN_OK;
    status = replace_if_smaller(w, start, &frame, true, &smaller);
    if (smaller)
        *modelled = false;
    return status;
}

static wn_status write_frame(struct byte_writer *w, const wn_map *map, const wn_params *params,
                             const struct pixels *pixels, size_t frame_bytes, int threads,
                             bool *modelled)
{
    *modelled = false;
    if (is_constant(pixels) || (params->keep == WN_KEEP_ALL && wn_type_is_float(pixels->type)))
        return write_lossless(w, pixels->size, pixels->data, frame_bytes);
    struct separation *s;
    wn_status status = wn_separate_pixels(map, params, pixels, threads, &s);
    if (status != WN_OK)
        return status;
    status = write_best(w, s, pixels, frame_bytes, modelled);
    wn_separation_destroy(s);
    return status;
}

/* No frame needs the model: remove it. */
static void drop_model(struct byte_writer *w, uint8_t *chunk)
{
    uint8_t *records = chunk + HEADER_BYTES + MODEL_BYTES;
    memmove(chunk + HEADER_BYTES, records, (size_t)(w->next - records));
    w->next -= MODEL_BYTES;
    chunk[5] = (uint8_t)(chunk[5] & ~HEADER_MODEL);
}

static wn_status write_frames(struct byte_writer *w, const wn_map *map, const wn_params *params,
                              const wn_array *array, const struct pixels *frame, int threads,
                              bool *any_modelled)
{
    const size_t frame_bytes = wn_array_bytes(array) / array->frames;
    const bool unfinished = is_unfinished(array, frame);
    *any_modelled = false;
    for (uint32_t i = 0; i < array->frames; i++) {
        bool modelled = false;
        const wn_status status =
            unfinished ? write_lossless(w, frame[i].size, frame[i].data, frame_bytes)
                       : write_frame(w, map, params, &frame[i], frame_bytes, threads, &modelled);
        if (status != WN_OK)
            return status;
        *any_modelled = *any_modelled || modelled;
    }
    return WN_OK;
}

static struct pixels *pixels_of_frames(const wn_array *array, const uint8_t *src, const wn_map *map,
                                       const wn_params *params)
{
    const size_t frame_bytes = wn_array_bytes(array) / array->frames;
    struct pixels *frame = malloc(array->frames * sizeof *frame);
    for (uint32_t i = 0; frame && i < array->frames; i++)
        frame[i] = wn_pixels_of_frame(array, src + i * frame_bytes, map->valid, params);
    return frame;
}

/* Begin a chunk, with a model. */
static struct byte_writer begin_chunk(const wn_map *map, const wn_params *params,
                                      const wn_array *array, void *dst, size_t dst_size)
{
    const struct chunk_header header = {
        .array = *array, .noise = !params->plain_mean, .has_model = true, .model = map->model};
    struct byte_writer w = {.next = dst, .end = (uint8_t *)dst + dst_size};
    wn_chunk_header_write(&w, &header);
    return w;
}

/* Finish a chunk, without its model if no frame needs it. */
static wn_status end_chunk(struct byte_writer *w, bool any_modelled, uint8_t *dst, size_t *written)
{
    if (!any_modelled && !w->full)
        drop_model(w, dst);
    wn_chunk_header_seal(w, dst);
    if (w->full)
        return WN_ERR_SPACE;
    *written = (size_t)(w->next - dst);
    return WN_OK;
}

wn_status wn_encode(const wn_map *map, const wn_params *params, const wn_array *array,
                    const void *src, int threads, void *dst, size_t dst_size, size_t *written)
{
    if (threads < 1)
        return WN_ERR_ARGUMENT;
    const wn_status fit = wn_params_admit(params, array, map->height, map->width);
    if (fit != WN_OK)
        return fit;
    struct pixels *frame = pixels_of_frames(array, src, map, params);
    if (!frame)
        return WN_ERR_MEMORY;

    struct byte_writer w = begin_chunk(map, params, array, dst, dst_size);
    bool any_modelled;
    const wn_status status = write_frames(&w, map, params, array, frame, threads, &any_modelled);
    free(frame);
    return status == WN_OK ? end_chunk(&w, any_modelled, dst, written) : status;
}

/* ---- external separations -------------------------------------------------------------------- */

/* Store a value as an element, rounded to the nearest that the type can hold, except flags. */
static void store_value(double value, const struct pixels *p, uint8_t *frame, size_t index)
{
    const double most = fmin((double)wn_type_maximum(p->type), UINT32_MAX) - 1;
    const double whole = floor(fmin(fmax(value, 0), most) + 0.5);
    const uint64_t bits = p->type == WN_F32   ? f32_bits((float)value)
                          : p->type == WN_F64 ? f64_bits(value)
                                              : (uint64_t)whole;
    uint8_t *to = frame + index * p->size;
    for (size_t i = 0; i < p->size; i++)
        to[p->swap == wn_native_big_endian() ? i : p->size - 1 - i] = (uint8_t)(bits >> 8 * i);
}

/* Append an external frame, or, if that gains nothing, losslessly the frame with its expected
 * background. */
static wn_status write_external(struct byte_writer *w, const struct separation *s,
                                const struct pixels *pixels, const uint8_t *kind,
                                const double *expected, bool *separated)
{
    const size_t n = (size_t)pixels->height * pixels->width, bytes = n * pixels->size;
    wn_status status = write_separation(w, s, pixels, bytes, separated);
    if (status != WN_OK || *separated)
        return status;
    uint8_t *dense = malloc(bytes);
    if (!dense)
        return WN_ERR_MEMORY;
    memcpy(dense, pixels->data, bytes);
    for (size_t i = 0; i < n; i++) {
        if (kind[i] == WN_PIXEL_BACKGROUND)
            store_value(expected[i], pixels, dense, i);
    }
    status = write_lossless(w, pixels->size, dense, bytes);
    free(dense);
    return status;
}

wn_status wn_encode_external(const wn_map *map, const wn_params *params, const wn_array *array,
                             const wn_external_frame *frame, void *dst, size_t dst_size,
                             size_t *written)
{
    wn_status status = wn_params_admit(params, array, map->height, map->width);
    if (status == WN_OK && array->frames != 1)
        status = WN_ERR_ARGUMENT;
    if (status != WN_OK)
        return status;
    const struct pixels pixels = wn_pixels_of_frame(array, frame->pixels, map->valid, params);
    double *expected = malloc((size_t)array->height * array->width * sizeof *expected);
    struct separation *s = NULL;
    status = expected ? wn_separation_of_external(map, params, &pixels, frame, expected, &s)
                      : WN_ERR_MEMORY;
    struct byte_writer w = begin_chunk(map, params, array, dst, dst_size);
    bool separated = false;
    if (status == WN_OK)
        status = write_external(&w, s, &pixels, frame->kind, expected, &separated);
    wn_separation_destroy(s);
    free(expected);
    return status == WN_OK ? end_chunk(&w, separated, dst, written) : status;
}
