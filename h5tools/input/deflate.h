/* Decoding chunks of HDF5's built-in filters deflate (gzip) and shuffle. */
#ifndef H5WINNOW_INPUT_DEFLATE_H
#define H5WINNOW_INPUT_DEFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes a chunk of the filter deflate, one zlib stream, to exactly `bytes` bytes. False: damaged,
 * of another size, or out of memory. Calls no HDF5 and is thread-safe. */
bool deflate_decode(const uint8_t *chunk, size_t size, void *dst, size_t bytes);

/* Undoes the filter shuffle, which stores all first bytes of the elements, then all second bytes,
 * and so on. `element_size`: 1, 2, 4 or 8; `bytes`: a multiple of it; `dst` and `planes` must not
 * overlap. */
void shuffle_decode(const uint8_t *planes, size_t element_size, void *dst, size_t bytes);

#endif
