/* XXH64, the checksum of a chunk. */
#ifndef WN_XXH64_H
#define WN_XXH64_H

#include <stddef.h>
#include <stdint.h>

/* The 64-bit xxHash of size bytes, after the specification "xxHash fast digest algorithm", version
 * 0.1.1 (Collet). It needs no tables and runs at the speed of memory. The same on every machine. */
uint64_t wn_xxh64(const void *data, size_t size, uint64_t seed);

#endif
