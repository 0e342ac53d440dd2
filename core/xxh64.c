#include "xxh64.h"

#include "bytes.h"

static const uint64_t prime1 = 0x9e3779b185ebca87u;
static const uint64_t prime2 = 0xc2b2ae3d27d4eb4fu;
static const uint64_t prime3 = 0x165667b19e3779f9u;
static const uint64_t prime4 = 0x85ebca77c2b2ae63u;
static const uint64_t prime5 = 0x27d4eb2f165667c5u;

static uint64_t rotate_left(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

static uint64_t mix_lane(uint64_t lane, uint64_t input)
{
    return rotate_left(lane + input * prime2, 31) * prime1;
}

static uint64_t merge_lane(uint64_t hash, uint64_t lane)
{
    return (hash ^ mix_lane(0, lane)) * prime1 + prime4;
}

/* Four lanes side by side over whole stripes of 32 bytes. */
static uint64_t hash_stripes(const uint8_t **p, const uint8_t *end, uint64_t seed)
{
    uint64_t a = seed + prime1 + prime2, b = seed + prime2, c = seed, d = seed - prime1;
    for (; end - *p >= 32; *p += 32) {
        a = mix_lane(a, load_u64(*p));
        b = mix_lane(b, load_u64(*p + 8));
        c = mix_lane(c, load_u64(*p + 16));
        d = mix_lane(d, load_u64(*p + 24));
    }
    uint64_t hash = rotate_left(a, 1) + rotate_left(b, 7) + rotate_left(c, 12) + rotate_left(d, 18);
    hash = merge_lane(hash, a);
    hash = merge_lane(hash, b);
    hash = merge_lane(hash, c);
    return merge_lane(hash, d);
}

static uint64_t hash_tail(uint64_t hash, const uint8_t *p, const uint8_t *end)
{
    for (; end - p >= 8; p += 8)
        hash = rotate_left(hash ^ mix_lane(0, load_u64(p)), 27) * prime1 + prime4;
    if (end - p >= 4) {
        hash = rotate_left(hash ^ load_u32(p) * prime1, 23) * prime2 + prime3;
        p += 4;
    }
    for (; p < end; p++)
        hash = rotate_left(hash ^ *p * prime5, 11) * prime1;
    return hash;
}

static uint64_t avalanche(uint64_t hash)
{
    hash = (hash ^ hash >> 33) * prime2;
    hash = (hash ^ hash >> 29) * prime3;
    return hash ^ hash >> 32;
}

uint64_t wn_xxh64(const void *data, size_t size, uint64_t seed)
{
    const uint8_t *p = data, *end = p + size;
    uint64_t hash = size >= 32 ? hash_stripes(&p, end, seed) : seed + prime5;
    return avalanche(hash_tail(hash + size, p, end));
}
