/* Properties of element types, and byte swapping. */
#ifndef WN_COMMON_ELEMENT_TYPE_H
#define WN_COMMON_ELEMENT_TYPE_H

#include "winnow.h"

/* The largest value of an integer type, as bits; a pixel with this value is flagged. 0 for floats.
 */
uint64_t wn_type_maximum(wn_type type);

/* Reverse the bytes of each of n elements of `size` = 1, 2, 4 or 8 bytes. */
void wn_swap_elements(const void *src, void *dst, size_t n, size_t size);

#endif
