#include "stream.h"

#include <blosc.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"

/* How a plane is stored. */
enum { PLANE_RAW = 0, PLANE_BLOSC = 1 };

/* Blosc levels: planes of up to SMALL_PLANE bytes are worth more effort. */
#define SMALL_PLANE       65536
#define SMALL_PLANE_LEVEL 6
#define LARGE_PLANE_LEVEL 2

uint8_t *write_room(struct writer *w, size_t n)
{
    if (w->full || n > (size_t)(w->end - w->next)) {
        w->full = true;
        return NULL;
    }
    uint8_t *room = w->next;
    w->next += n;
    return room;
}

void write_u8(struct writer *w, uint8_t v)
{
    uint8_t *p = write_room(w, 1);
    if (p)
        *p = v;
}

void write_u16(struct writer *w, uint16_t v)
{
    uint8_t *p = write_room(w, 2);
    if (p)
        store_u16(p, v);
}

void write_u32(struct writer *w, uint32_t v)
{
    uint8_t *p = write_room(w, 4);
    if (p)
        store_u32(p, v);
}

const uint8_t *read_bytes(struct reader *r, size_t n)
{
    if (r->cut || n > (size_t)(r->end - r->next)) {
        r->cut = true;
        return NULL;
    }
    const uint8_t *bytes = r->next;
    r->next += n;
    return bytes;
}

uint8_t read_u8(struct reader *r)
{
    const uint8_t *p = read_bytes(r, 1);
    return p ? *p : 0;
}

uint16_t read_u16(struct reader *r)
{
    const uint8_t *p = read_bytes(r, 2);
    return p ? load_u16(p) : 0;
}

uint32_t read_u32(struct reader *r)
{
    const uint8_t *p = read_bytes(r, 4);
    return p ? load_u32(p) : 0;
}

/* ---- Blosc --------------------------------------------------------------------------------- */

wn_status blosc_pack(const void *src, size_t size, size_t typesize, bool bitshuffle, int level,
                     uint8_t *dst, size_t dst_size, size_t *written)
{
    *written = 0;
    if (size == 0 || size > BLOSC_MAX_BUFFERSIZE)
        return WN_OK;
    /* One block for byte planes: their statistics do not change from block to block, but each
     * block would carry a code of its own. */
    const size_t block = bitshuffle ? 0 : size;
    const size_t room = dst_size < size ? dst_size : size;
    const int n = blosc_compress_ctx(level, bitshuffle ? BLOSC_BITSHUFFLE : BLOSC_NOSHUFFLE,
                                     typesize, size, src, dst, room, BLOSC_ZSTD_COMPNAME, block, 1);
    if (n < 0)
        return WN_ERR_BLOSC;
    *written = (size_t)n < size ? (size_t)n : 0;
    return WN_OK;
}

wn_status blosc_unpack(const uint8_t *src, size_t src_size, void *dst, size_t size)
{
    size_t declared = 0;
    if (src_size < BLOSC_MIN_HEADER_LENGTH || src_size > INT_MAX || size > INT_MAX)
        return WN_ERR_CORRUPT;
    if (blosc_cbuffer_validate(src, src_size, &declared) != 0 || declared != size)
        return WN_ERR_CORRUPT;
    /* Stored without compression, any codec may be named; otherwise it must be zstd. */
    const char *codec = blosc_cbuffer_complib(src);
    const bool copied = src[2] & BLOSC_MEMCPYED;
    if (!copied && (!codec || strcmp(codec, BLOSC_ZSTD_LIBNAME) != 0))
        return WN_ERR_CORRUPT;
    const int n = blosc_decompress_ctx(src, dst, size, 1);
    return n >= 0 && (size_t)n == size ? WN_OK : WN_ERR_CORRUPT;
}

/* ---- numbers ------------------------------------------------------------------------------- */

static wn_status write_plane(struct writer *w, const uint8_t *plane, size_t n)
{
    uint8_t *head = write_room(w, 5);
    if (!head)
        return WN_OK;
    size_t packed = 0;
    const int level = n <= SMALL_PLANE ? SMALL_PLANE_LEVEL : LARGE_PLANE_LEVEL;
    const wn_status status =
        blosc_pack(plane, n, 1, false, level, w->next, (size_t)(w->end - w->next), &packed);
    if (status != WN_OK)
        return status;
    head[0] = packed > 0 ? PLANE_BLOSC : PLANE_RAW;
    store_u32(head + 1, (uint32_t)(packed > 0 ? packed : n));
    uint8_t *room = write_room(w, packed > 0 ? packed : n);
    if (room && packed == 0)
        memcpy(room, plane, n);
    return WN_OK;
}

wn_status write_numbers(struct writer *w, const uint64_t *number, size_t n)
{
    uint64_t used = 0;
    for (size_t i = 0; i < n; i++)
        used |= number[i];
    uint8_t planes = 0;
    while (planes < 8 && used >> 8 * planes != 0)
        planes++;
    write_u8(w, planes);
    uint8_t *plane = malloc(n + 1);
    if (!plane)
        return WN_ERR_MEMORY;
    wn_status status = WN_OK;
    for (uint8_t k = 0; k < planes && status == WN_OK; k++) {
        for (size_t i = 0; i < n; i++)
            plane[i] = (uint8_t)(number[i] >> 8 * k);
        status = write_plane(w, plane, n);
    }
    free(plane);
    return status;
}

static wn_status read_plane(struct reader *r, uint8_t *plane, size_t n)
{
    const uint8_t method = read_u8(r);
    const uint32_t size = read_u32(r);
    const uint8_t *bytes = read_bytes(r, size);
    if (!bytes)
        return WN_ERR_TRUNCATED;
    if (method == PLANE_BLOSC)
        return blosc_unpack(bytes, size, plane, n);
    if (method != PLANE_RAW || size != n)
        return WN_ERR_CORRUPT;
    memcpy(plane, bytes, n);
    return WN_OK;
}

wn_status read_numbers(struct reader *r, uint64_t *number, size_t n)
{
    const uint8_t planes = read_u8(r);
    if (planes > 8)
        return WN_ERR_CORRUPT;
    uint8_t *plane = malloc(n + 1);
    if (!plane)
        return WN_ERR_MEMORY;
    memset(number, 0, n * sizeof *number);
    wn_status status = r->cut ? WN_ERR_TRUNCATED : WN_OK;
    for (uint8_t k = 0; k < planes && status == WN_OK; k++) {
        status = read_plane(r, plane, n);
        for (size_t i = 0; i < n && status == WN_OK; i++)
            number[i] |= (uint64_t)plane[i] << 8 * k;
    }
    free(plane);
    return status;
}
