/* Decoding chunks of the bitshuffle filter (32008), as Dectris detectors write
 * them.
 */
#ifndef H5WINNOW_INPUT_BITSHUFFLE_H
#define H5WINNOW_INPUT_BITSHUFFLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BITSHUFFLE_FILTER 32008

/*
 * Decodes a chunk with LZ4 compression into exactly `bytes` bytes, elements of `element_size` bytes
 * each. False: the chunk is damaged. Calls no HDF5 and may run in several threads.
 *
 * The format is that of bitshuffle (Masui et al., Astronomy and Computing 12 (2015) 181): bytes of
 * the whole as 64-bit and bytes of a block as 32-bit big-endian numbers; then blocks, each a 32-bit
 * big-endian length and LZ4 data. A block of n elements is a bit matrix: row 8 b + k holds bit k of
 * byte b of all elements, in n / 8 bytes. Fewer than 8 elements left at the
 * end of the chunk are stored raw.
 */
bool bitshuffle_decode(const uint8_t *chunk, size_t size, size_t element_size, void *dst,
                       size_t bytes);

#endif
