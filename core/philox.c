#include "philox.h"

#define ROUNDS 7
#define BLOCKS (PHILOX_GROUP / 4)

/* The words of a block go to four separate runs, so that the compiler can compute many blocks side
 * by side: with AVX2 about three times as fast as one block after the other. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
__attribute__((target_clones("avx512f", "avx2", "default")))
#endif
void philox_group(uint64_t seed, uint32_t frame, uint32_t group, uint32_t word[PHILOX_GROUP])
{
    for (uint32_t i = 0; i < BLOCKS; i++) {
        uint32_t c0 = group * BLOCKS + i, c1 = frame, c2 = 0, c3 = 0;
        uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
        for (int round = 0; round < ROUNDS; round++) {
            const uint64_t p0 = (uint64_t)0xd2511f53u * c0, p1 = (uint64_t)0xcd9e8d57u * c2;
            c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
            c1 = (uint32_t)p1;
            c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
            c3 = (uint32_t)p0;
            k0 += 0x9e3779b9u;
            k1 += 0xbb67ae85u;
        }
        word[i] = c0;
        word[BLOCKS + i] = c1;
        word[2 * BLOCKS + i] = c2;
        word[3 * BLOCKS + i] = c3;
    }
}
