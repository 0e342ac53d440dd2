/* What the elements of an array are. */
#ifndef WN_COMMON_ELEMENT_TYPE_H
#define WN_COMMON_ELEMENT_TYPE_H

#include "winnow.h"

/* The largest value that an integer type can hold, as bits; it flags a pixel. 0 for floats. */
uint64_t wn_type_maximum(wn_type type);

/* Reverse the bytes of each of n elements of 1, 2, 4 or 8 bytes. */
void wn_swap_elements(const void *src, void *dst, size_t n, size_t size);

#endif
