/* Writing and reading the bytes of a chunk. */
#ifndef WN_STREAM_H
#define WN_STREAM_H

#include "winnow.h"

/* Bytes are appended at `next`; the first one that does not fit sets `full`, and from then on
 * nothing is written. */
struct writer {
    uint8_t *next, *end;
    bool full;
};

/* Room for n bytes, or NULL. */
uint8_t *write_room(struct writer *w, size_t n);
void write_u8(struct writer *w, uint8_t v);
void write_u16(struct writer *w, uint16_t v);
void write_u32(struct writer *w, uint32_t v);

/* Bytes are taken from `next`; taking one too many sets `cut`, and from then on all reads are 0. */
struct reader {
    const uint8_t *next, *end;
    bool cut;
};

/* The next n bytes, or NULL. */
const uint8_t *read_bytes(struct reader *r, size_t n);
uint8_t read_u8(struct reader *r);
uint16_t read_u16(struct reader *r);
uint32_t read_u32(struct reader *r);

/* ---- numbers ------------------------------------------------------------------------------- */

/*
 * Most numbers of a chunk are small, a few are large, and all are noise: nothing is gained by
 * looking for repetitions, but the right number of bits must be spent on each. A number below 8 is
 * its own code. Any other is taken apart: its three highest bits and their place are the code, a
 * byte; the bits below go to a second stream, LSB first, as they are. The codes are compressed by
 * Blosc with zstd, where Huffman's code does the work. Against byte planes this saves 6 % of a
 * typical chunk.
 */
wn_status write_numbers(struct writer *w, const uint64_t *number, size_t n);

/* Read n numbers. Allocates about as much as is read and n bytes. */
wn_status read_numbers(struct reader *r, uint64_t *number, size_t n);

/* Numbers whose bits have a meaning by their place, those of floats: as `bytes` byte planes, the
 * lowest first, each compressed by itself. */
wn_status write_planes(struct writer *w, const uint64_t *number, size_t n, size_t bytes);
wn_status read_planes(struct reader *r, uint64_t *number, size_t n, size_t bytes);

/* Signed differences as unsigned numbers, small ones small: 0, -1, 1, -2, ... */
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
wn_status blosc_pack(const void *src, size_t size, size_t typesize, bool bitshuffle, int level,
                     uint8_t *dst, size_t dst_size, size_t *written);

/* Decompress to exactly size bytes. The buffer is validated first, and only what blosc_pack()
 * writes is accepted. */
wn_status blosc_unpack(const uint8_t *src, size_t src_size, void *dst, size_t size);

#endif
