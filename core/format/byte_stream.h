/* Writing and reading the bytes of a chunk: integers, compressed strings, numbers of variable
 * length. */
#ifndef WN_FORMAT_BYTE_STREAM_H
#define WN_FORMAT_BYTE_STREAM_H

#include "winnow.h"

/* Bytes are appended at `next`. The first write that does not fit sets `full`; all later ones do
 * nothing. */
struct byte_writer {
    uint8_t *next, *end;
    bool full;
};

/* Room for n bytes, or NULL. */
uint8_t *wn_write_room(struct byte_writer *w, size_t n);
void wn_write_u8(struct byte_writer *w, uint8_t v);
void wn_write_u16(struct byte_writer *w, uint16_t v);
void wn_write_u32(struct byte_writer *w, uint32_t v);

/* Bytes are read at `next`. Reading beyond the end sets `cut`; all later reads return 0. */
struct byte_reader {
    const uint8_t *next, *end;
    bool cut;
};

/* The next n bytes, or NULL. */
const uint8_t *wn_read_bytes(struct byte_reader *r, size_t n);
uint8_t wn_read_u8(struct byte_reader *r);
uint16_t wn_read_u16(struct byte_reader *r);
uint32_t wn_read_u32(struct byte_reader *r);

/* ---- numbers ------------------------------------------------------------------------------- */

/* Most numbers of a chunk are small, a few are large, and all are noise: looking for repetitions
 * gains nothing, only entropy coding does. A number below 8 is its own code. Of any other, the
 * three highest bits and their position form the code, one byte; the bits below go to a second
 * stream, LSB first, uncompressed. The codes are compressed by Blosc with zstd, of which only the
 * Huffman stage matters. This saves 6 % of a typical chunk compared with byte planes. */
wn_status wn_write_numbers(struct byte_writer *w, const uint64_t *number, size_t n);

/* Read n numbers. Allocates about as much as is read, and n bytes. */
wn_status wn_read_numbers(struct byte_reader *r, uint64_t *number, size_t n);

/* Bit patterns of floats: as `bytes` byte planes, the lowest first, each compressed on its own. */
wn_status wn_write_planes(struct byte_writer *w, const uint64_t *number, size_t n, size_t bytes);
wn_status wn_read_planes(struct byte_reader *r, uint64_t *number, size_t n, size_t bytes);

/* Zigzag code: maps 0, -1, 1, -2, ... to 0, 1, 2, 3, ... */
static inline uint64_t zigzag(int64_t v)
{
    return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

static inline int64_t unzigzag(uint64_t v)
{
    return (int64_t)(v >> 1 ^ (v & 1 ? UINT64_MAX : 0));
}

/* ---- Blosc --------------------------------------------------------------------------------- */

/* Compress size bytes of elements of typesize with Blosc: zstd at a Blosc level of 1 to 9, plain or
 * bit-shuffled. *written is 0 if the result is not smaller than the input or does not fit. */
wn_status wn_blosc_pack(const void *src, size_t size, size_t typesize, bool bitshuffle, int level,
                        uint8_t *dst, size_t dst_size, size_t *written);

/* Decompress to exactly size bytes. The buffer is validated first, and only what wn_blosc_pack()
 * writes is accepted. */
wn_status wn_blosc_unpack(const uint8_t *src, size_t src_size, void *dst, size_t size);

#endif
