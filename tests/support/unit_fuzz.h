/* What a fuzz target is: fuzz_<target>.c. Together with libFuzzer, or with driver.c, which
 * mutates the target's own seeds, always in the same way. */
#ifndef TEST_SUPPORT_UNIT_FUZZ_H
#define TEST_SUPPORT_UNIT_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Try one input; aborts if the library does anything that it must not do. Always 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The seeds of a target: input `number` goes to *seed, for free(); returns its size, 0 beyond the
 * last one. */
size_t fuzz_seed(size_t number, uint8_t **seed);

/* Say what is wrong, and abort. */
#define FUZZ_EXPECT(condition)                                                                     \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not (%s)\n", __FILE__, __LINE__, #condition);                  \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

#endif
