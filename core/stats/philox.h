/* Philox4x32, a counter-based random number generator (Salmon, Moraes, Dror, Shaw: Parallel random
 * numbers: as easy as 1, 2, 3. SC'11), with 7 rounds, the fewest that are Crush-resistant there. */
#ifndef WN_STATS_PHILOX_H
#define WN_STATS_PHILOX_H

#include <stddef.h>
#include <stdint.h>

/* Pixels in a group, whose random words are generated together. */
#define PHILOX_GROUP 1024

/* Generate the random words of the pixels group * PHILOX_GROUP + 0 .. PHILOX_GROUP - 1 of a frame.
 * Pixel i of the group gets word i / 256 of the block with the counter (group * 256 + i % 256,
 * frame, 0, 0) and the key `seed`, low half first. */
void wn_philox_group(uint64_t seed, uint32_t frame, uint32_t group, uint32_t word[PHILOX_GROUP]);

/* The same in plain C, for machines without AVX2. */
void wn_philox_group_plain(uint64_t seed, uint32_t frame, uint32_t group,
                           uint32_t word[PHILOX_GROUP]);

#endif
