/* Decodes chunks that the bitshuffle filter has made, whole, cut off and damaged. Arguments: a file
 * of records, each of three 64-bit numbers (bytes of an element, of the chunk, of what it decodes
 * to), the chunk, and what it decodes to. Memory is as large as it must be and no more, so that the
 * sanitizers see every byte beyond. Exit status: 0 all is well, 1 something is not. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/bitshuffle.h"

#define CUT_ALL   1000 /* chunks of more bytes are cut at about this many places: */
#define CUT_SOME  60
#define FLIPS     32
#define HEADER    12
#define SIZE_BYTE 7 /* the last of the size */

struct bitshuffle_record {
    uint64_t element_size, size, bytes;
    uint8_t *chunk, *expected;
};

static int failures;

static void fail(const struct bitshuffle_record *r, const char *what, uint64_t at)
{
    failures++;
    printf("FAILED: %" PRIu64 " elements of %" PRIu64 " bytes: %s %" PRIu64 "\n",
           r->bytes / r->element_size, r->element_size, what, at);
}

static void *memory(uint64_t size)
{
    void *bytes = malloc(size);
    if (!bytes && size > 0) {
        puts("FAILED: not enough memory");
        exit(1);
    }
    return bytes;
}

/* The first `size` bytes of a chunk, into memory of that size. Whether it decodes as expected goes
 * to *same. */
static bool decode(const struct bitshuffle_record *r, const uint8_t *chunk, uint64_t size,
                   bool *same)
{
    uint8_t *copy = memory(size), *pixels = memory(r->bytes);
    memcpy(copy, chunk, size);
    const bool good = bitshuffle_decode(copy, size, r->element_size, pixels, r->bytes);
    *same = good && memcmp(pixels, r->expected, r->bytes) == 0;
    free(pixels);
    free(copy);
    return good;
}

static void test_whole(const struct bitshuffle_record *r)
{
    bool same;
    if (!decode(r, r->chunk, r->size, &same))
        fail(r, "is not decoded, bytes", r->size);
    else if (!same)
        fail(r, "is decoded wrongly, bytes", r->size);
}

static void test_cut(const struct bitshuffle_record *r)
{
    bool same;
    const uint64_t step = r->size <= CUT_ALL ? 1 : r->size / CUT_SOME;
    for (uint64_t size = 0; size < r->size; size += step)
        if (decode(r, r->chunk, size, &same))
            fail(r, "is decoded when cut at byte", size);
}

/* Flipped bits may go unnoticed in what LZ4 stores as it is. */
static void test_flipped(const struct bitshuffle_record *r, uint64_t *random)
{
    bool same;
    uint8_t *flipped = memory(r->size);
    for (int i = 0; i < FLIPS; i++) {
        memcpy(flipped, r->chunk, r->size);
        for (int n = 0; n <= i % 4; n++) {
            *random = *random * 6364136223846793005u + 1442695040888963407u;
            flipped[(*random >> 33) % r->size] ^= (uint8_t)(1u << (*random >> 60) % 8);
        }
        decode(r, flipped, r->size, &same);
    }
    memcpy(flipped, r->chunk, r->size);
    flipped[SIZE_BYTE] ^= 1;
    if (decode(r, flipped, r->size, &same))
        fail(r, "is decoded with another size, byte", SIZE_BYTE);
    memset(flipped + HEADER, 0xff, r->size - HEADER < 4 ? r->size - HEADER : 4);
    decode(r, flipped, r->size, &same);
    free(flipped);
}

static bool read_record(FILE *file, struct bitshuffle_record *r)
{
    if (fread(r, sizeof(uint64_t), 3, file) != 3)
        return false;
    r->chunk = memory(r->size);
    r->expected = memory(r->bytes);
    return fread(r->chunk, 1, r->size, file) == r->size &&
           fread(r->expected, 1, r->bytes, file) == r->bytes;
}

int main(int argc, char **argv)
{
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    struct bitshuffle_record r = {0};
    uint64_t records = 0, random = 1;
    if (!file) {
        puts("usage: h5tools_bitshuffle FILE");
        return 1;
    }
    while (read_record(file, &r)) {
        test_whole(&r);
        test_cut(&r);
        test_flipped(&r, &random);
        free(r.chunk);
        free(r.expected);
        records++;
    }
    fclose(file);
    printf("%" PRIu64 " chunks, %d failures\n", records, failures);
    return failures > 0 || records == 0;
}
