/* input/deflate.h - decoding chunks of HDF5's own filters deflate (gzip) and shuffle. */
#ifndef H5WINNOW_INPUT_DEFLATE_H
#define H5WINNOW_INPUT_DEFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes what the filter deflate has made, one zlib stream, into exactly `bytes` bytes. False: it
 * is damaged, or holds more or less than that, or there is no memory. Calls no HDF5 and may run in
 * several threads. */
bool deflate_decode(const uint8_t *chunk, size_t size, void *dst, size_t bytes);

/* Undoes the filter shuffle: of elements of `element_size` bytes (1, 2, 4 or 8) there are first all
 * first bytes, then all second bytes, and so on. `bytes` is a multiple of the element size; `dst`
 * is another place than `planes`. */
void shuffle_decode(const uint8_t *planes, size_t element_size, void *dst, size_t bytes);

#endif
