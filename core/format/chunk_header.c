/* Header, frame records and checksum of a chunk. The checksum and the seed of the noise are XXH64
 * (Y. Collet, xxHash). One pass over the bytes of the chunk. */
#include "format/chunk_header.h"

#include <string.h>
#include <xxhash.h>

#include "common/bytes.h"

static const uint8_t magic[4] = {'W', 'N', 'W', 0x1a};

void wn_chunk_header_write(struct byte_writer *w, const struct chunk_header *h)
{
    uint8_t *p = wn_write_room(w, HEADER_BYTES + (h->has_model ? MODEL_BYTES : 0));
    if (!p)
        return;
    memset(p, 0, HEADER_BYTES);
    memcpy(p, magic, sizeof magic);
    p[4] = WN_FORMAT_VERSION;
    p[5] = (uint8_t)((h->array.big_endian ? HEADER_BIG_ENDIAN : 0) | (h->noise ? HEADER_NOISE : 0) |
                     (h->has_model ? HEADER_MODEL : 0));
    store_u16(p + 6, (uint16_t)h->array.type);
    store_u32(p + 8, h->array.frames);
    store_u32(p + 12, h->array.height);
    store_u32(p + 16, h->array.width);
    if (h->has_model)
        wn_model_store(&h->model, p + HEADER_BYTES);
}

void wn_chunk_header_seal(struct byte_writer *w, uint8_t *chunk)
{
    uint8_t *checksum = wn_write_room(w, CHECKSUM_BYTES);
    if (!checksum)
        return;
    const size_t size = (size_t)(w->next - chunk), covered = size - CHECKSUM_BYTES;
    store_u32(chunk + 20, (uint32_t)size);
    store_u64(chunk + SEED_OFFSET, XXH64(chunk + HEADER_BYTES, covered - HEADER_BYTES, 0));
    store_u64(checksum, XXH64(chunk, covered, 0));
}

/* Check that this is a whole chunk of a version that can be read. */
static wn_status check_envelope(const uint8_t *p, size_t size)
{
    if (size < sizeof magic || memcmp(p, magic, sizeof magic) != 0)
        return WN_ERR_MAGIC;
    if (size < HEADER_BYTES + CHECKSUM_BYTES)
        return WN_ERR_TRUNCATED;
    if (p[4] != WN_FORMAT_VERSION)
        return WN_ERR_VERSION;
    if (load_u32(p + 20) != size)
        return size < load_u32(p + 20) ? WN_ERR_TRUNCATED : WN_ERR_CORRUPT;
    return WN_OK;
}

static wn_status read_contents(const uint8_t *p, size_t covered, struct chunk_header *header,
                               struct byte_reader *reader)
{
    struct chunk_header h = {
        .array = {.type = (wn_type)load_u16(p + 6),
                  .big_endian = p[5] & HEADER_BIG_ENDIAN,
                  .frames = load_u32(p + 8),
                  .height = load_u32(p + 12),
                  .width = load_u32(p + 16)},
        .noise = p[5] & HEADER_NOISE,
        .has_model = p[5] & HEADER_MODEL,
        .seed = load_u64(p + SEED_OFFSET),
    };
    struct byte_reader r = {.next = p + HEADER_BYTES, .end = p + covered};
    if (wn_array_bytes(&h.array) == 0)
        return WN_ERR_CORRUPT;
    if (h.has_model) {
        const uint8_t *model = wn_read_bytes(&r, MODEL_BYTES);
        const wn_status status = model ? wn_model_load(model, &h.model) : WN_ERR_CORRUPT;
        if (status != WN_OK)
            return status;
    }
    *header = h;
    *reader = r;
    return WN_OK;
}

wn_status wn_chunk_header_peek(const void *chunk, size_t size, struct chunk_header *header)
{
    struct byte_reader reader;
    const wn_status status = check_envelope(chunk, size);
    return status == WN_OK ? read_contents(chunk, size - CHECKSUM_BYTES, header, &reader) : status;
}

wn_status wn_chunk_header_read(const void *chunk, size_t size, struct chunk_header *header,
                               struct byte_reader *reader)
{
    const uint8_t *p = chunk;
    const wn_status status = check_envelope(p, size);
    if (status != WN_OK)
        return status;
    const size_t covered = size - CHECKSUM_BYTES;
    if (load_u64(p + covered) != XXH64(p, covered, 0))
        return WN_ERR_CHECKSUM;
    return read_contents(p, covered, header, reader);
}

static bool same_array(const wn_array *a, const wn_array *b)
{
    return a->type == b->type && a->big_endian == b->big_endian && a->frames == b->frames &&
           a->height == b->height && a->width == b->width;
}

wn_status wn_chunk_header_read_expected(const void *chunk, size_t size, const wn_array *expected,
                                        struct chunk_header *header, struct byte_reader *reader)
{
    struct chunk_header h;
    struct byte_reader r;
    const wn_status status = wn_chunk_header_read(chunk, size, &h, &r);
    if (status != WN_OK)
        return status;
    if (!same_array(&h.array, expected))
        return WN_ERR_MISMATCH;
    *header = h;
    *reader = r;
    return WN_OK;
}

wn_status wn_frame_record_read(struct byte_reader *r, struct frame_record *record)
{
    struct frame_record c = {.form = (wn_form)wn_read_u8(r), .size = wn_read_u32(r)};
    c.kept = wn_read_u32(r);
    c.flagged = wn_read_u32(r);
    c.contents = wn_read_bytes(r, c.size);
    if (!c.contents)
        return WN_ERR_TRUNCATED;
    if (c.form > WN_FORM_COUNTED)
        return WN_ERR_VERSION;
    if (c.form < WN_FORM_SEPARATED && (c.kept > 0 || c.flagged > 0))
        return WN_ERR_CORRUPT;
    *record = c;
    return WN_OK;
}

wn_status wn_frame_record_find(const void *chunk, size_t chunk_size, const wn_array *expected,
                               uint32_t frame, struct chunk_header *h, struct frame_record *record)
{
    struct byte_reader r;
    wn_status status = wn_chunk_header_read_expected(chunk, chunk_size, expected, h, &r);
    if (status == WN_OK && frame >= h->array.frames)
        status = WN_ERR_ARGUMENT;
    for (uint32_t i = 0; i <= frame && status == WN_OK; i++)
        status = wn_frame_record_read(&r, record);
    return status;
}
