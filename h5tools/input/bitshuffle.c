/*
 * LZ4 block by block, then an 8 x 8 bit-matrix transposition in 64-bit words (Warren, Hacker's
 * Delight, section 7-3) of STRIP elements at a time. O(bytes); one block of scratch memory.
 */
#include "input/bitshuffle.h"

#include <limits.h>
#include <lz4.h>
#include <stdlib.h>
#include <string.h>

#define HEADER_BYTES 12

/* Elements decoded at once, from 16 bytes of each row of bits. */
#define STRIP 128

/* The loops over strips are compiled for AVX2 as well, which is 1.6 times as fast. Their callees
 * must be inlined to be compiled so too. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define MULTIVERSION __attribute__((target_clones("avx2", "default")))
#define FORCE_INLINE inline __attribute__((always_inline))
#else
#define MULTIVERSION
#define FORCE_INLINE inline
#endif

static uint64_t big_endian(const uint8_t *p, size_t bytes)
{
    uint64_t v = 0;
    for (size_t i = 0; i < bytes; i++)
        v = v << 8 | p[i];
    return v;
}

/* Transposes an 8 x 8 bit matrix: bit j of byte k goes to bit k of byte j. */
static FORCE_INLINE uint64_t transpose_bits(uint64_t x)
{
    uint64_t t = (x ^ x >> 7) & 0x00aa00aa00aa00aau;
    x ^= t ^ t << 7;
    t = (x ^ x >> 14) & 0x0000cccc0000ccccu;
    x ^= t ^ t << 14;
    t = (x ^ x >> 28) & 0x00000000f0f0f0f0u;
    return x ^ t ^ t << 28;
}

/* Whether a strip of eight rows is all zero, as the high bytes of counts are. */
static FORCE_INLINE bool is_zero(const uint8_t *rows, size_t stride)
{
    uint64_t any = 0;
    for (unsigned k = 0; k < 8; k++) {
        uint64_t half[2];
        memcpy(half, rows + k * stride, sizeof half);
        any |= half[0] | half[1];
    }
    return any == 0;
}

/* Gathers one byte of STRIP elements from 16 bytes of its eight rows of bits, `stride` bytes
 * apart. */
static FORCE_INLINE void gather_plane(const uint8_t *rows, size_t stride, uint8_t plane[STRIP])
{
    uint64_t matrix[STRIP / 8] = {0};
    if (is_zero(rows, stride)) { /* saves two thirds of the time on counts */
        memset(plane, 0, STRIP);
        return;
    }
    for (unsigned k = 0; k < 8; k++) {
        const uint8_t *row = rows + k * stride;
        for (size_t i = 0; i < STRIP / 8; i++)
            matrix[i] |= (uint64_t)row[i] << 8 * k;
    }
    for (size_t i = 0; i < STRIP / 8; i++)
        matrix[i] = transpose_bits(matrix[i]);
    for (size_t i = 0; i < STRIP / 8; i++) {
        for (size_t j = 0; j < 8; j++)
            plane[8 * i + j] = (uint8_t)(matrix[i] >> 8 * j);
    }
}

/* Interleaves the bytes of STRIP elements. */
static FORCE_INLINE void interleave(uint8_t plane[][STRIP], size_t element_size, uint8_t *dst)
{
    for (size_t j = 0; j < STRIP; j++) {
        for (size_t b = 0; b < element_size; b++)
            dst[j * element_size + b] = plane[b][j];
    }
}

/* Decodes the strips of a block. element_size must be a constant after inlining. */
static FORCE_INLINE void unshuffle_sized(const uint8_t *block, size_t strips, size_t stride,
                                         size_t element_size, uint8_t *dst)
{
    uint8_t plane[8][STRIP];
    for (size_t s = 0; s < strips; s++) {
        for (size_t b = 0; b < element_size; b++)
            gather_plane(block + 8 * b * stride + s * STRIP / 8, stride, plane[b]);
        interleave(plane, element_size, dst + s * STRIP * element_size);
    }
}

MULTIVERSION
static void unshuffle_strips(const uint8_t *block, size_t strips, size_t stride,
                             size_t element_size, uint8_t *dst)
{
    switch (element_size) {
    case 1:
        unshuffle_sized(block, strips, stride, 1, dst);
        break;
    case 2:
        unshuffle_sized(block, strips, stride, 2, dst);
        break;
    case 4:
        unshuffle_sized(block, strips, stride, 4, dst);
        break;
    default:
        unshuffle_sized(block, strips, stride, 8, dst);
    }
}

/* Decodes the elements after the last whole strip, eight at a time. */
static void unshuffle_rest(const uint8_t *block, size_t first, size_t n, size_t element_size,
                           uint8_t *dst)
{
    const size_t stride = n / 8;
    for (size_t i = first / 8; i < stride; i++) {
        for (size_t b = 0; b < element_size; b++) {
            uint64_t matrix = 0;
            for (size_t k = 0; k < 8; k++)
                matrix |= (uint64_t)block[(8 * b + k) * stride + i] << 8 * k;
            matrix = transpose_bits(matrix);
            for (size_t j = 0; j < 8; j++)
                dst[(8 * i + j) * element_size + b] = (uint8_t)(matrix >> 8 * j);
        }
    }
}

/* Decodes a block of n elements, n a multiple of 8. */
static void unshuffle_block(const uint8_t *block, size_t n, size_t element_size, uint8_t *dst)
{
    const size_t strips = n / STRIP;
    unshuffle_strips(block, strips, n / 8, element_size, dst);
    unshuffle_rest(block, strips * STRIP, n, element_size, dst);
}

bool bitshuffle_decode(const uint8_t *chunk, size_t size, size_t element_size, void *dst,
                       size_t bytes)
{
    if (size < HEADER_BYTES || big_endian(chunk, 8) != bytes ||
        (element_size != 1 && element_size != 2 && element_size != 4 && element_size != 8))
        return false;
    const size_t block_bytes = big_endian(chunk + 8, 4), group_bytes = 8 * element_size;
    if (block_bytes == 0 || block_bytes % group_bytes != 0)
        return false;
    const size_t largest = block_bytes < bytes ? block_bytes : bytes;
    uint8_t *block = malloc(largest > 0 ? largest : 1);
    uint8_t *to = dst;
    const uint8_t *from = chunk + HEADER_BYTES, *end = chunk + size;
    size_t left = bytes;
    bool good = block;
    while (good && left >= group_bytes) {
        const size_t n = left < block_bytes ? left / group_bytes * group_bytes : block_bytes;
        const size_t stored = end - from >= 4 ? big_endian(from, 4) : SIZE_MAX;
        good = end - from >= 4 && stored <= (size_t)(end - from - 4) && stored <= INT_MAX &&
               n <= INT_MAX &&
               LZ4_decompress_safe((const char *)from + 4, (char *)block, (int)stored, (int)n) ==
                   (int)n;
        if (good) {
            unshuffle_block(block, n / element_size, element_size, to);
            from += 4 + stored;
            to += n;
            left -= n;
        }
    }
    good = good && (size_t)(end - from) == left;
    if (good)
        memcpy(to, from, left);
    free(block);
    return good;
}
