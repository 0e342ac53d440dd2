/* Storing elements of a frame. */
#ifndef WN_DECODE_STORE_ELEMENTS_H
#define WN_DECODE_STORE_ELEMENTS_H

#include "winnow.h"

/* Where counts can be written: into dst itself from element `first` on, where its elements are like
 * counts, else into the buffer, from which wn_store_counts() fetches them. */
uint32_t *wn_counts_in_place(wn_type type, void *dst, size_t first, uint32_t *buffer);

/* n counts as integer elements of 1, 2, 4 or 8 bytes from number `first` of dst on. */
void wn_store_counts(const uint32_t *count, size_t n, size_t element_size, void *dst, size_t first);

/* The bits of one element. */
void wn_store_bits(uint64_t bits, size_t element_size, void *dst, size_t index);

#endif
