/* XXH64 against published values, and those of `xxhsum -H1` (Debian xxhash 0.8.1). */
#include <stdlib.h>
#include <string.h>

#include "unit.h"
#include "xxh64.h"

#define LONGEST 1048589

struct known {
    size_t size;
    uint64_t hash;
};

/* Of the bytes that the sanity check of the xxHash project makes. */
static const struct known known[] = {
    {0, 0xef46db3751d8e999u},     {1, 0xe934a84adb052768u},      {2, 0x5d48cd60a77e23ffu},
    {3, 0xff7e1959cb50794au},     {4, 0x9136a0dca57457eeu},      {5, 0x9b046fb1397f09a5u},
    {7, 0x6c83909a9f01ed25u},     {8, 0xcdbcf538e71d1348u},      {9, 0x554b1ae991eda6b6u},
    {11, 0x6345d5746f35da70u},    {12, 0x0723bf50086ead9au},     {13, 0xc2e5013e3c40bcf7u},
    {14, 0x8282dcc4994e35c8u},    {15, 0x180719316d622d84u},     {16, 0x98c90b57fdfcb55cu},
    {17, 0x0d39a2d051a30c2cu},    {23, 0xd2460ecc840b74ddu},     {24, 0xf75a6dea42dc5bf4u},
    {25, 0x52faa43c3f20b994u},    {28, 0x64cd9e8c96a9e2ddu},     {29, 0x8c8f345b634ac2b9u},
    {31, 0x299b39a290e6d783u},    {32, 0x18b216492bb44b70u},     {33, 0x55c8dc3e578f5b59u},
    {35, 0xcb0aa8e2a7a29707u},    {36, 0x0ae67584084dc6a4u},     {39, 0xb888caf07592b1b3u},
    {40, 0x23b3810d7d8b1731u},    {41, 0x5342c966c7f3d5f4u},     {44, 0x24ec2b3d0e442641u},
    {47, 0x84a42e167cbd1fefu},    {48, 0xfd0feeac7a939933u},     {55, 0xafea98cc4e92f7e1u},
    {56, 0xb7a6414b8d3e2597u},    {63, 0xa9efbe0fa0f3f4e7u},     {64, 0xef558f8acac2b5cdu},
    {65, 0xde0f20dc2631af7au},    {71, 0x3d6ecab2bcfbe3ffu},     {95, 0xff9f46bdcc644624u},
    {96, 0x105064e743edd1d9u},    {97, 0x097b16e4e9b0a2e3u},     {100, 0x4bfe019cd91d9ea4u},
    {127, 0x3c7a21119aa662b0u},   {128, 0x90ca021457d96dc5u},    {129, 0x41c280132d697abau},
    {222, 0xb641ae8cb691c174u},   {255, 0xa80f35bb0dc8e3a7u},    {256, 0x5e3f5bf94d574981u},
    {257, 0xd36cf327dcf12221u},   {1000, 0x52bd1358f22e9ef7u},   {1023, 0xaac72718b7620924u},
    {1024, 0x4775bf7cace4d177u},  {1025, 0x847fa6006d7c2ac0u},   {4095, 0xf7cfaaa03be2abf0u},
    {4096, 0xab77f4af85f4e70bu},  {4097, 0xf617de30f1c0abb6u},   {65535, 0x43b8f81b46b383d6u},
    {65536, 0xb1f497aae57dea9du}, {100003, 0xbf7ba0d51682a665u}, {LONGEST, 0xf02046e12badfec3u},
};

#define KNOWN (sizeof known / sizeof known[0])

static uint8_t *sanity_bytes(size_t size)
{
    uint8_t *bytes = unit_alloc(size);
    uint64_t state = 2654435761u;
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(state >> 56);
        state *= 11400714785074694797u;
    }
    return bytes;
}

START_TEST(known_lengths)
{
    uint8_t *bytes = sanity_bytes(LONGEST);
    for (size_t i = 0; i < KNOWN; i++) {
        /* exactly so many bytes, so that reading beyond them is noticed */
        uint8_t *exact = unit_copy(bytes, known[i].size);
        EXPECT(wn_xxh64(exact, known[i].size, 0) == known[i].hash, "%zu bytes", known[i].size);
        free(exact);
    }
    free(bytes);
}
END_TEST

START_TEST(known_seeds)
{
    const struct {
        size_t size;
        uint64_t seed, hash;
    } seeded[] = {
        {0, 2654435761u, 0xac75fda2929b17efu},
        {1, 2654435761u, 0x5014607643a9b4c3u},
        {14, 2654435761u, 0xc3bd6bf63deb6df0u},
        {222, 2654435761u, 0x20cb8ab7ae10c14au},
    };
    uint8_t *bytes = sanity_bytes(222);
    for (size_t i = 0; i < sizeof seeded / sizeof seeded[0]; i++)
        EXPECT(wn_xxh64(bytes, seeded[i].size, seeded[i].seed) == seeded[i].hash, "%zu bytes",
               seeded[i].size);
    free(bytes);
}
END_TEST

START_TEST(known_texts)
{
    ck_assert_uint_eq(wn_xxh64("a", 1, 0), 0xd24ec4f1a98c6e5bu);
    ck_assert_uint_eq(wn_xxh64("abc", 3, 0), 0x44bc2cf5ad770999u);
    const char *text = "Nobody inspects the spammish repetition";
    ck_assert_uint_eq(wn_xxh64(text, strlen(text), 0), 0xfbcea83c8a378bf1u);
}
END_TEST

/* The address does not matter. */
START_TEST(alignments)
{
    uint8_t *bytes = sanity_bytes(1025), *moved = unit_alloc(1025 + 64);
    for (size_t i = 0; i < KNOWN && known[i].size <= 1025; i++) {
        for (size_t shift = 0; shift < 64; shift++) {
            memcpy(moved + shift, bytes, known[i].size);
            EXPECT(wn_xxh64(moved + shift, known[i].size, 0) == known[i].hash,
                   "%zu bytes, shifted by %zu", known[i].size, shift);
        }
    }
    free(bytes);
    free(moved);
}
END_TEST

/* Every bit of the input changes the hash. */
START_TEST(single_bits)
{
    const size_t sizes[] = {1, 7, 31, 32, 40, 100};
    uint8_t *bytes = sanity_bytes(100);
    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
        const uint64_t hash = wn_xxh64(bytes, sizes[k], 0);
        for (size_t bit = 0; bit < 8 * sizes[k]; bit++) {
            bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
            EXPECT(wn_xxh64(bytes, sizes[k], 0) != hash, "bit %zu of %zu bytes", bit, sizes[k]);
            bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
    free(bytes);
}
END_TEST

UNIT_MAIN(known_lengths, known_seeds, known_texts, alignments, single_bits)
