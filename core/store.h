/* Storing elements of a frame. */
#ifndef WN_STORE_H
#define WN_STORE_H

#include <stddef.h>
#include <stdint.h>

/* n counts as integer elements of 1, 2, 4 or 8 bytes from number `first` of dst on. */
void store_counts(const uint32_t *count, size_t n, size_t element_size, void *dst, size_t first);

/* The bits of one element. */
void store_bits(uint64_t bits, size_t element_size, void *dst, size_t index);

#endif
