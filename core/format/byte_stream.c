/* Bytes, strings and numbers of a chunk. Strings are compressed by Blosc 1 (zstd). Numbers are
 * split into a code, which is compressed, and raw low bits, as Deflate does with lengths and
 * distances (RFC 1951). Linear in the number of bytes. */
#include "format/byte_stream.h"

#include <blosc.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "common/bytes.h"

/* How a string of bytes is stored. */
enum { BYTES_RAW = 0, BYTES_BLOSC = 1, BYTES_ZERO = 2 };

/* Blosc levels: short strings are worth more effort. In long strings of noise higher levels of zstd
 * find matches that cost more than they save. */
#define SHORT_STRING_MAX_BYTES 65536
#define SHORT_STRING_LEVEL     4
#define LONG_STRING_LEVEL      1

/* Blosc writes its header and four bytes for each block without checking whether they fit. Its
 * blocks have at least this many bytes. */
#define MIN_BLOSC_BLOCK 4096

/* Numbers from FIRST_SPLIT_NUMBER on are split into a code and low bits; 2 bits of the code are
 * mantissa. */
#define FIRST_SPLIT_NUMBER 8
#define MAX_NUMBER_CODE    251

uint8_t *wn_write_room(struct byte_writer *w, size_t n)
{
    if (w->full || n > (size_t)(w->end - w->next)) {
        w->full = true;
        return NULL;
    }
    uint8_t *room = w->next;
    w->next += n;
    return room;
}

void wn_write_u8(struct byte_writer *w, uint8_t v)
{
    uint8_t *p = wn_write_room(w, 1);
    if (p)
        *p = v;
}

void wn_write_u16(struct byte_writer *w, uint16_t v)
{
    uint8_t *p = wn_write_room(w, 2);
    if (p)
        store_u16(p, v);
}

void wn_write_u32(struct byte_writer *w, uint32_t v)
{
    uint8_t *p = wn_write_room(w, 4);
    if (p)
        store_u32(p, v);
}

const uint8_t *wn_read_bytes(struct byte_reader *r, size_t n)
{
    if (r->cut || n > (size_t)(r->end - r->next)) {
        r->cut = true;
        return NULL;
    }
    const uint8_t *bytes = r->next;
    r->next += n;
    return bytes;
}

uint8_t wn_read_u8(struct byte_reader *r)
{
    const uint8_t *p = wn_read_bytes(r, 1);
    return p ? *p : 0;
}

uint16_t wn_read_u16(struct byte_reader *r)
{
    const uint8_t *p = wn_read_bytes(r, 2);
    return p ? load_u16(p) : 0;
}

uint32_t wn_read_u32(struct byte_reader *r)
{
    const uint8_t *p = wn_read_bytes(r, 4);
    return p ? load_u32(p) : 0;
}

/* ---- Blosc --------------------------------------------------------------------------------- */

wn_status wn_blosc_pack(const void *src, size_t size, size_t typesize, bool bitshuffle, int level,
                        uint8_t *dst, size_t dst_size, size_t *written)
{
    *written = 0;
    if (size == 0 || size > BLOSC_MAX_BUFFERSIZE)
        return WN_OK;
    /* A single block for strings: their statistics do not change from block to block, and each
     * block would carry a Huffman table of its own. */
    const size_t block = bitshuffle ? 0 : size;
    const size_t room = dst_size < size ? dst_size : size;
    if (room < BLOSC_MAX_OVERHEAD + 4 * (size / MIN_BLOSC_BLOCK + 2))
        return WN_OK;
    const int n = blosc_compress_ctx(level, bitshuffle ? BLOSC_BITSHUFFLE : BLOSC_NOSHUFFLE,
                                     typesize, size, src, dst, room, BLOSC_ZSTD_COMPNAME, block, 1);
    if (n < 0)
        return WN_ERR_BLOSC;
    *written = (size_t)n < size ? (size_t)n : 0;
    return WN_OK;
}

wn_status wn_blosc_unpack(const uint8_t *src, size_t src_size, void *dst, size_t size)
{
    size_t declared = 0;
    if (src_size < BLOSC_MIN_HEADER_LENGTH || src_size > INT_MAX || size > INT_MAX)
        return WN_ERR_CORRUPT;
    if (blosc_cbuffer_validate(src, src_size, &declared) != 0 || declared != size)
        return WN_ERR_CORRUPT;
    /* A buffer that is stored uncompressed may name any codec; any other must be zstd. */
    const char *codec = blosc_cbuffer_complib(src);
    const bool copied = src[2] & BLOSC_MEMCPYED;
    if (!copied && (!codec || strcmp(codec, BLOSC_ZSTD_LIBNAME) != 0))
        return WN_ERR_CORRUPT;
    const int n = blosc_decompress_ctx(src, dst, size, 1);
    return n >= 0 && (size_t)n == size ? WN_OK : WN_ERR_CORRUPT;
}

/* ---- strings of bytes ---------------------------------------------------------------------- */

static bool all_zero(const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] != 0)
            return false;
    }
    return true;
}

static wn_status write_string(struct byte_writer *w, const uint8_t *bytes, size_t n)
{
    if (all_zero(bytes, n)) {
        wn_write_u8(w, BYTES_ZERO);
        return WN_OK;
    }
    uint8_t *head = wn_write_room(w, 5);
    if (!head)
        return WN_OK;
    size_t packed = 0;
    const int level = n <= SHORT_STRING_MAX_BYTES ? SHORT_STRING_LEVEL : LONG_STRING_LEVEL;
    const wn_status status =
        wn_blosc_pack(bytes, n, 1, false, level, w->next, (size_t)(w->end - w->next), &packed);
    if (status != WN_OK)
        return status;
    head[0] = packed > 0 ? BYTES_BLOSC : BYTES_RAW;
    store_u32(head + 1, (uint32_t)(packed > 0 ? packed : n));
    uint8_t *room = wn_write_room(w, packed > 0 ? packed : n);
    if (room && packed == 0)
        memcpy(room, bytes, n);
    return WN_OK;
}

static wn_status read_string(struct byte_reader *r, uint8_t *bytes, size_t n)
{
    const uint8_t method = wn_read_u8(r);
    if (r->cut)
        return WN_ERR_TRUNCATED;
    if (method == BYTES_ZERO) {
        memset(bytes, 0, n);
        return WN_OK;
    }
    const uint32_t size = wn_read_u32(r);
    const uint8_t *stored = wn_read_bytes(r, size);
    if (!stored)
        return WN_ERR_TRUNCATED;
    if (method == BYTES_BLOSC)
        return wn_blosc_unpack(stored, size, bytes, n);
    if (method != BYTES_RAW || size != n)
        return WN_ERR_CORRUPT;
    memcpy(bytes, stored, n);
    return WN_OK;
}

/* ---- numbers ------------------------------------------------------------------------------- */

/* A number and its code: number = (code - 4 bits) 2^bits + low, where low has `bits` bits; 0 bits
 * below FIRST_SPLIT_NUMBER. Branch-free: which numbers are split is random, and mispredicted
 * branches would dominate the time. */
static unsigned low_bits(uint64_t number)
{
    return 61 - (unsigned)__builtin_clzll(number | (FIRST_SPLIT_NUMBER - 1));
}

static uint8_t code_of(uint64_t number)
{
    const unsigned bits = low_bits(number);
    return (uint8_t)(4 * bits + (number >> bits));
}

struct code_table {
    uint8_t bits[256];
    uint64_t base[256];
};

static void fill_table(struct code_table *table)
{
    for (unsigned code = 0; code < 256; code++) {
        const unsigned bits =
            code < FIRST_SPLIT_NUMBER || code > MAX_NUMBER_CODE ? 0 : code / 4 - 1;
        table->bits[code] = (uint8_t)bits;
        table->base[code] = (uint64_t)(code - 4 * bits) << bits;
    }
}

static uint64_t mask_of(unsigned bits)
{
    return ((uint64_t)1 << bits) - 1;
}

struct bit_packer {
    uint8_t *to;
    uint64_t pending;
    unsigned filled; /* bits pending, below 8 */
};

/* Append up to 32 bits. Stores 8 bytes at a time: up to 8 bytes beyond the end are overwritten. */
static void pack_bits(struct bit_packer *p, uint64_t value, unsigned bits)
{
    p->pending |= value << p->filled;
    p->filled += bits;
    store_u64(p->to, p->pending);
    p->to += p->filled / 8;
    p->pending >>= p->filled / 8 * 8;
    p->filled %= 8;
}

static void pack_low_bits(const uint64_t *number, size_t n, uint8_t *to)
{
    struct bit_packer p = {.to = to};
    for (size_t i = 0; i < n; i++) {
        const unsigned bits = low_bits(number[i]);
        const uint64_t low = number[i] & mask_of(bits);
        if (bits <= 32) {
            pack_bits(&p, low, bits);
        } else {
            pack_bits(&p, low & mask_of(32), 32);
            pack_bits(&p, low >> 32, bits - 32);
        }
    }
}

/* `from` must be readable for 8 bytes more than the low bits fill. */
static void unpack_low_bits(const uint8_t *from, const struct code_table *table,
                            const uint8_t *code, size_t n, uint64_t *number)
{
    uint64_t position = 0;
    for (size_t i = 0; i < n; i++) {
        const unsigned bits = table->bits[code[i]];
        const uint64_t at = position / 8;
        uint64_t low = load_u64(from + at) >> position % 8;
        if (bits > 56)
            low = (low & mask_of(56)) | load_u64(from + at + 7) >> position % 8 << 56;
        number[i] = table->base[code[i]] + (low & mask_of(bits));
        position += bits;
    }
}

static wn_status write_low_bits(struct byte_writer *w, const uint64_t *number, size_t n)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < n; i++)
        bits += low_bits(number[i]);
    const uint64_t bytes = (bits + 7) / 8;
    uint8_t *room = NULL;
    if (bytes <= UINT32_MAX) {
        wn_write_u32(w, (uint32_t)bytes);
        room = wn_write_room(w, (size_t)bytes);
    }
    if (!room) {
        w->full = true;
        return WN_OK;
    }
    uint8_t *packed = malloc((size_t)bytes + 8);
    if (!packed)
        return WN_ERR_MEMORY;
    pack_low_bits(number, n, packed);
    memcpy(room, packed, (size_t)bytes);
    free(packed);
    return WN_OK;
}

static wn_status read_low_bits(struct byte_reader *r, const uint8_t *code, size_t n,
                               uint64_t *number)
{
    struct code_table table;
    fill_table(&table);
    uint64_t bits = 0;
    for (size_t i = 0; i < n; i++) {
        if (code[i] > MAX_NUMBER_CODE)
            return WN_ERR_CORRUPT;
        bits += table.bits[code[i]];
    }
    const uint32_t bytes = wn_read_u32(r);
    const uint8_t *from = wn_read_bytes(r, bytes);
    if (!from)
        return WN_ERR_TRUNCATED;
    if (bytes != (bits + 7) / 8)
        return WN_ERR_CORRUPT;
    uint8_t *padded = malloc((size_t)bytes + 16);
    if (!padded)
        return WN_ERR_MEMORY;
    memcpy(padded, from, bytes);
    memset(padded + bytes, 0, 16);
    unpack_low_bits(padded, &table, code, n, number);
    free(padded);
    return WN_OK;
}

wn_status wn_write_numbers(struct byte_writer *w, const uint64_t *number, size_t n)
{
    uint8_t *code = calloc(n + 1, 1);
    if (!code)
        return WN_ERR_MEMORY;
    for (size_t i = 0; i < n; i++)
        code[i] = code_of(number[i]);
    const wn_status status = write_string(w, code, n);
    free(code);
    return status == WN_OK ? write_low_bits(w, number, n) : status;
}

wn_status wn_read_numbers(struct byte_reader *r, uint64_t *number, size_t n)
{
    uint8_t *code = malloc(n + 1);
    if (!code)
        return WN_ERR_MEMORY;
    wn_status status = read_string(r, code, n);
    if (status == WN_OK)
        status = read_low_bits(r, code, n, number);
    free(code);
    return status;
}

/* ---- planes -------------------------------------------------------------------------------- */

wn_status wn_write_planes(struct byte_writer *w, const uint64_t *number, size_t n, size_t bytes)
{
    uint8_t *plane = malloc(n + 1);
    if (!plane)
        return WN_ERR_MEMORY;
    wn_status status = WN_OK;
    for (size_t k = 0; k < bytes && status == WN_OK; k++) {
        for (size_t i = 0; i < n; i++)
            plane[i] = (uint8_t)(number[i] >> 8 * k);
        status = write_string(w, plane, n);
    }
    free(plane);
    return status;
}

wn_status wn_read_planes(struct byte_reader *r, uint64_t *number, size_t n, size_t bytes)
{
    uint8_t *plane = malloc(n + 1);
    if (!plane)
        return WN_ERR_MEMORY;
    memset(number, 0, n * sizeof *number);
    wn_status status = WN_OK;
    for (size_t k = 0; k < bytes && status == WN_OK; k++) {
        status = read_string(r, plane, n);
        for (size_t i = 0; i < n && status == WN_OK; i++)
            number[i] |= (uint64_t)plane[i] << 8 * k;
    }
    free(plane);
    return status;
}
