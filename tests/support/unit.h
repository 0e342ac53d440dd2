/* What the unit tests share: assertions for loops, random numbers, frames. */
#ifndef TEST_SUPPORT_UNIT_H
#define TEST_SUPPORT_UNIT_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "winnow.h"

/* An assertion that costs nothing while it holds, for loops over many values, with a message that
 * says which value it was. */
#define EXPECT(condition, format, ...)                                                             \
    do {                                                                                           \
        if (!(condition))                                                                          \
            ck_abort_msg("not (%s): " format, #condition, __VA_ARGS__);                            \
    } while (0)

/* main() of a program with these tests. */
#define UNIT_MAIN(...)                                                                             \
    int main(void)                                                                                 \
    {                                                                                              \
        const TTest *const tests[] = {__VA_ARGS__};                                                \
        return unit_main(tests, sizeof tests / sizeof tests[0]);                                   \
    }

/* Run the tests, each in a process of its own; the exit status says whether all of them passed. */
int unit_main(const TTest *const *tests, size_t n);

/* ---- random numbers, the same in every run ------------------------------------------------- */

/* The generator of all that follows (splitmix64); any state is a good seed. */
uint64_t unit_random(uint64_t *state);

/* An integer in low to high. */
int64_t unit_integer(uint64_t *state, int64_t low, int64_t high);

/* 0 < u < 1. */
double unit_uniform(uint64_t *state);

double unit_gauss(uint64_t *state);

/* Counts with the given mean. */
uint32_t unit_poisson(uint64_t *state, double mean);

/* Counts with variance = dispersion * mean: negative binomial, Poisson or binomial. */
uint32_t unit_counts(uint64_t *state, double mean, double dispersion);

/* ---- elements ------------------------------------------------------------------------------ */

extern const wn_type unit_types[10];

bool unit_is_float(wn_type type);
bool unit_is_signed(wn_type type);

/* An element as its bits, in the byte order that the array says. */
void unit_put(const wn_array *array, void *data, size_t index, uint64_t bits);
uint64_t unit_get(const wn_array *array, const void *data, size_t index);

/* The bits of a value in a type: integers are cut, floats rounded. */
uint64_t unit_bits(wn_type type, double value);

/* The value of bits. */
double unit_value(wn_type type, uint64_t bits);

/* ---- memory -------------------------------------------------------------------------------- */

/* As malloc() and calloc(), but never NULL. */
void *unit_alloc(size_t size);

/* A copy of exactly `size` bytes, so that a sanitizer sees reads beyond them. */
void *unit_copy(const void *data, size_t size);

/* ---- frames -------------------------------------------------------------------------------- */

/* A stack of frames: a background that falls off from a centre, rings, peaks, and flagged pixels.
 */
struct unit_scene {
    uint64_t seed;
    double mean;       /* of the background at the centre */
    double falloff;    /* pixels over which it falls to 1/e; 0: flat */
    double dispersion; /* of the counts; floats have this variance / mean as well */
    double x, y;       /* centre, pixels */
    unsigned peaks;    /* per frame */
    double peak;       /* counts in the middle of a peak */
    bool gaps;         /* two crossed module gaps and some dead pixels at the type's flag */
};

/* wn_array_bytes(array) bytes, for free(). `truth`, if not NULL, gets the mean of the background of
 * each pixel of a frame. */
void *unit_frames(const wn_array *array, const struct unit_scene *scene, double *truth);

/* The bits of a flagged pixel: the maximum of an integer type, NaN for floats. */
uint64_t unit_flag(wn_type type);

/* ---- chunks -------------------------------------------------------------------------------- */

/* Make size and checksum of a chunk right again, after its contents were changed. Chunks that are
 * too short for that are left alone. */
void unit_seal(uint8_t *chunk, size_t size);

#endif
