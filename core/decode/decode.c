/* Decoding of chunks: the frames one after the other, each by its form, with one map for all.
 * Threads work within a frame (densify.c). Memory: one separated frame, and a map if the caller
 * gives none that fits. */
#include "decode/decode.h"

#include <string.h>

#include "common/element_type.h"
#include "decode/densify.h"
#include "decode/frame_read.h"
#include "decode/separated_frame.h"
#include "format/chunk_header.h"
#include "geometry/map.h"

/* While decoding, a model with too many cells means a corrupt chunk, not bad parameters. */
static wn_status map_of_header(const struct chunk_header *h, wn_map **map)
{
    const wn_status status = wn_map_of_model(&h->model, h->array.height, h->array.width, map);
    return status == WN_ERR_SHAPE ? WN_ERR_CORRUPT : status;
}

wn_status wn_frame_record_restore(const struct frame_record *record, void *dst, size_t frame_bytes)
{
    if (record->form == WN_FORM_LOSSLESS)
        return wn_blosc_unpack(record->contents, record->size, dst, frame_bytes);
    if (record->form != WN_FORM_RAW || record->size != frame_bytes)
        return WN_ERR_CORRUPT;
    memcpy(dst, record->contents, frame_bytes);
    return WN_OK;
}

static wn_status decode_separated(const wn_map *map, const struct chunk_header *h,
                                  const struct frame_record *record, uint32_t number, bool noise,
                                  int threads, void *dst)
{
    const wn_type type = h->array.type;
    const size_t pixels = (size_t)h->array.height * h->array.width;
    struct separated_frame frame;
    if (!map)
        return WN_ERR_CORRUPT;
    wn_status status = wn_frame_read(record, map, type, &frame);
    if (status != WN_OK)
        return status;
    const struct noise_key key = {h->seed, number};
    status = wn_densify(map, &frame, type, noise ? &key : NULL, threads, dst);
    wn_separated_frame_free(&frame);
    if (status == WN_OK && h->array.big_endian != wn_native_big_endian())
        wn_swap_elements(dst, dst, pixels, wn_type_size(type));
    return status;
}

static wn_status decode_record(const wn_map *map, const struct chunk_header *h,
                               const struct frame_record *record, uint32_t number, bool noise,
                               int threads, void *dst, size_t frame_bytes)
{
    switch (record->form) {
    case WN_FORM_RAW:
    case WN_FORM_LOSSLESS:
        return wn_frame_record_restore(record, dst, frame_bytes);
    case WN_FORM_SEPARATED:
    case WN_FORM_COUNTED:
        return decode_separated(map, h, record, number, noise, threads, dst);
    }
    return WN_ERR_CORRUPT;
}

wn_status wn_decode(const wn_map *map, const void *chunk, size_t chunk_size,
                    const wn_array *expected, wn_noise noise, int threads, void *dst,
                    size_t dst_size)
{
    const size_t bytes = wn_array_bytes(expected);
    if (threads < 1 || bytes == 0 || dst_size != bytes)
        return WN_ERR_ARGUMENT;
    struct chunk_header h;
    struct byte_reader r;
    wn_status status = wn_chunk_header_read_expected(chunk, chunk_size, expected, &h, &r);
    if (status != WN_OK)
        return status;

    wn_map *own = NULL;
    if (h.has_model && !(map && wn_map_has_model(map, &h.model, h.array.height, h.array.width))) {
        status = map_of_header(&h, &own);
        map = own;
    }
    const bool with_noise = noise == WN_NOISE_AS_STORED ? h.noise : noise == WN_NOISE_ON;
    const size_t frame_bytes = bytes / h.array.frames;
    for (uint32_t i = 0; i < h.array.frames && status == WN_OK; i++) {
        struct frame_record record;
        status = wn_frame_record_read(&r, &record);
        if (status == WN_OK)
            status = decode_record(h.has_model ? map : NULL, &h, &record, i, with_noise, threads,
                                   (uint8_t *)dst + i * frame_bytes, frame_bytes);
    }
    if (status == WN_OK && r.next != r.end)
        status = WN_ERR_CORRUPT;
    wn_map_free(own);
    return status;
}

wn_status wn_map_for_chunk(const void *chunk, size_t chunk_size, const wn_array *expected,
                           wn_map **map)
{
    struct chunk_header h;
    struct byte_reader r;
    const wn_status status = wn_chunk_header_read_expected(chunk, chunk_size, expected, &h, &r);
    if (status != WN_OK)
        return status;
    if (h.has_model)
        return map_of_header(&h, map);
    *map = NULL;
    return WN_OK;
}

bool wn_map_fits(const wn_map *map, const void *chunk, size_t chunk_size)
{
    struct chunk_header h;
    if (wn_chunk_header_peek(chunk, chunk_size, &h) != WN_OK)
        return false;
    return !h.has_model || (map && wn_map_has_model(map, &h.model, h.array.height, h.array.width));
}

wn_status wn_chunk_inspect(const void *chunk, size_t chunk_size, wn_chunk_info *info)
{
    struct chunk_header h;
    struct byte_reader r;
    const wn_status status = wn_chunk_header_read(chunk, chunk_size, &h, &r);
    if (status != WN_OK)
        return status;
    *info = (wn_chunk_info){
        .version = WN_FORMAT_VERSION,
        .array = h.array,
        .model = h.has_model ? h.model.kind : WN_MODEL_AUTO,
        .noise = h.noise,
        .seed = h.seed,
    };
    return WN_OK;
}

wn_status wn_chunk_frames(const void *chunk, size_t chunk_size, uint32_t n, wn_frame_info *info)
{
    struct chunk_header h;
    struct byte_reader r;
    wn_status status = wn_chunk_header_read(chunk, chunk_size, &h, &r);
    if (status == WN_OK && n > h.array.frames)
        status = WN_ERR_ARGUMENT;
    for (uint32_t i = 0; i < n && status == WN_OK; i++) {
        struct frame_record record;
        status = wn_frame_record_read(&r, &record);
        if (status == WN_OK)
            info[i] = (wn_frame_info){record.form, record.size, record.kept, record.flagged};
    }
    return status;
}
