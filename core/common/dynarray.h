/* Growable arrays: the capacity at least doubles, so that appending is amortised O(1). */
#ifndef WN_COMMON_DYNARRAY_H
#define WN_COMMON_DYNARRAY_H

#include <stdint.h>
#include <stdlib.h>

/* Returns the array, moved if necessary, with room for n elements of `size` bytes; *capacity is the
 * number it has room for. NULL: out of memory, and the array is unchanged. */
static inline void *dynarray_reserve(void *array, size_t *capacity, size_t n, size_t size)
{
    if (array && n <= *capacity)
        return array;
    size_t wanted = *capacity < SIZE_MAX / 2 ? 2 * *capacity : SIZE_MAX;
    wanted = wanted > n ? wanted : n;
    wanted = wanted > 64 ? wanted : 64;
    void *more = wanted <= SIZE_MAX / size ? realloc(array, wanted * size) : NULL;
    if (more)
        *capacity = wanted;
    return more;
}

#endif
