/* Storing counts and bit patterns as elements of a frame, in the byte order of the machine. */
#ifndef WN_DECODE_STORE_ELEMENTS_H
#define WN_DECODE_STORE_ELEMENTS_H

#include "winnow.h"

/* Where counts are to be written: dst itself from element `first` on, if its elements are aligned
 * 32-bit integers; else the buffer, to be stored with wn_store_counts(). */
uint32_t *wn_counts_in_place(wn_type type, void *dst, size_t first, uint32_t *buffer);

/* Store n counts as integer elements of 1, 2, 4 or 8 bytes from element `first` of dst on. */
void wn_store_counts(const uint32_t *count, size_t n, size_t element_size, void *dst, size_t first);

/* Store the bits of one element. */
void wn_store_bits(uint64_t bits, size_t element_size, void *dst, size_t index);

#endif
