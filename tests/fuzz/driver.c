/*
 * Runs a fuzz target without a fuzzer.
 *
 *     fuzz_<target> N [FILE]      N inputs, mutated from the target's seeds, the same in every run;
 *                                 each goes to FILE before it is tried, to be found after a crash
 *     fuzz_<target> -r FILE...    the inputs in these files
 *
 * A crash, an input that takes more than 20 seconds, and (without a sanitizer) more than 1 GiB of
 * memory end the program.
 */
#define _POSIX_C_SOURCE 200809L

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "support/unit.h"
#include "support/unit_fuzz.h"

#define SECONDS 20
#define MEMORY  ((rlim_t)1 << 30)

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

/* Inputs may grow by this. */
#define GROWTH 256

struct input {
    uint8_t *data;
    size_t size, room;
};

/* ---- mutations ----------------------------------------------------------------------------- */

static size_t place(const struct input *in, uint64_t *random)
{
    return in->size > 0 ? (size_t)(unit_random(random) % in->size) : 0;
}

/* Most of what decides is near the beginning. */
static size_t early_place(const struct input *in, uint64_t *random)
{
    const size_t end = unit_random(random) % 3 && in->size > 160 ? 160 : in->size;
    return end > 0 ? (size_t)(unit_random(random) % end) : 0;
}

static void flip_bit(struct input *in, uint64_t *random)
{
    const size_t i = place(in, random);
    if (i < in->size)
        in->data[i] ^= (uint8_t)(1u << unit_random(random) % 8);
}

static void set_byte(struct input *in, uint64_t *random)
{
    const uint8_t values[] = {0,  1,  2,  3,   4,   5,   6,   7,   8,   31,
                              32, 63, 64, 127, 128, 200, 251, 252, 254, 255};
    const size_t i = early_place(in, random);
    if (i < in->size)
        in->data[i] = unit_random(random) % 4 ? values[unit_random(random) % sizeof values]
                                              : (uint8_t)unit_random(random);
}

/* A field of 2, 4 or 8 bytes, at any position: an extreme, or a bit more or less than it was. */
static void set_field(struct input *in, uint64_t *random)
{
    const uint64_t extremes[] = {0,          1,           2,           0x7f,        0x80,
                                 0xff,       0x100,       0x7fff,      0x8000,      0xffff,
                                 0x10000,    0x7fffffff,  0x80000000u, 0xffffffffu, 0xfffffffeu,
                                 0x40000000, 0x100000000u};
    const size_t bytes = (size_t)2 << unit_random(random) % 3, i = early_place(in, random);
    if (i + bytes > in->size)
        return;
    uint64_t value = 0;
    for (size_t k = 0; k < bytes; k++)
        value |= (uint64_t)in->data[i + k] << 8 * k;
    switch (unit_random(random) % 4) {
    case 0:
        value += 1 + unit_random(random) % 3;
        break;
    case 1:
        value -= 1 + unit_random(random) % 3;
        break;
    case 2: /* the bits of a float: NaN, infinity, huge, tiny */
        value = unit_random(random) % 2 ? 0x7ff0000000000000u + unit_random(random) % 2
                                        : 0x7f800000u + unit_random(random) % 2;
        break;
    default:
        value = extremes[unit_random(random) % (sizeof extremes / sizeof extremes[0])];
    }
    for (size_t k = 0; k < bytes; k++)
        in->data[i + k] = (uint8_t)(value >> 8 * k);
}

static void truncate_input(struct input *in, uint64_t *random)
{
    if (unit_random(random) % 2)
        in->size = place(in, random);
    else
        in->size -= in->size < 16 ? 0 : unit_random(random) % 16;
}

static void append(struct input *in, uint64_t *random)
{
    size_t n = unit_random(random) % 64;
    const uint64_t kind = unit_random(random) % 3;
    while (n-- > 0 && in->size < in->room)
        in->data[in->size++] = kind == 0 ? 0 : kind == 1 ? 255 : (uint8_t)unit_random(random);
}

/* Remove or repeat some bytes. */
static void shift(struct input *in, uint64_t *random)
{
    const size_t i = place(in, random), n = unit_random(random) % 40;
    if (i + n >= in->size)
        return;
    if (unit_random(random) % 2) {
        memmove(in->data + i, in->data + i + n, in->size - i - n);
        in->size -= n;
    } else if (in->size + n <= in->room) {
        memmove(in->data + i + n, in->data + i, in->size - i);
        in->size += n;
    }
}

static void copy_within(struct input *in, uint64_t *random)
{
    const size_t from = place(in, random), to = place(in, random);
    size_t n = unit_random(random) % 64;
    n = from + n > in->size ? in->size - from : n;
    n = to + n > in->size ? in->size - to : n;
    memmove(in->data + to, in->data + from, n);
}

/* Overwrite from some position on with a part of another seed. */
static void splice(struct input *in, const struct input *other, uint64_t *random)
{
    const size_t to = place(in, random);
    const size_t from = unit_random(random) % 2 ? to : place(other, random);
    if (from >= other->size)
        return;
    size_t n = other->size - from;
    n = to + n > in->room ? in->room - to : n;
    memcpy(in->data + to, other->data + from, n);
    in->size = to + n;
}

static void mutate(struct input *in, const struct input *other, uint64_t *random)
{
    const unsigned n = 1 + (unsigned)(unit_random(random) % 6);
    for (unsigned i = 0; i < n; i++) {
        switch (unit_random(random) % 16) {
        case 0:
        case 1:
        case 2:
        case 3:
            flip_bit(in, random);
            break;
        case 4:
        case 5:
        case 6:
        case 7:
            set_byte(in, random);
            break;
        case 8:
        case 9:
        case 10:
        case 11:
            set_field(in, random);
            break;
        case 12:
            shift(in, random);
            break;
        case 13:
            copy_within(in, random);
            break;
        case 14:
            if (unit_random(random) % 2)
                truncate_input(in, random);
            else
                append(in, random);
            break;
        default:
            splice(in, other, random);
        }
    }
}

/* ---- running ------------------------------------------------------------------------------- */

/* The input at hand, in the file that shows it after a crash; -1: no file. */
static void save(int file, const struct input *in)
{
    if (file >= 0 && (pwrite(file, in->data, in->size, 0) != (ssize_t)in->size ||
                      ftruncate(file, (off_t)in->size) != 0))
        perror("saving the input");
}

static void run(const struct input *in)
{
    uint8_t *exact = unit_copy(in->data, in->size);
    alarm(SECONDS);
    LLVMFuzzerTestOneInput(exact, in->size);
    alarm(0);
    free(exact);
}

static int run_mutations(unsigned long long n, const char *path)
{
    const int file = path ? open(path, O_WRONLY | O_CREAT, 0666) : -1;
    struct input seed[100];
    size_t seeds = 0;
    uint8_t *data;
    for (size_t size; seeds < 100 && (size = fuzz_seed(seeds, &data)) > 0; seeds++)
        seed[seeds] = (struct input){data, size, size};
    for (size_t i = 0; i < seeds; i++) {
        save(file, &seed[i]);
        run(&seed[i]);
    }
    for (unsigned long long i = 0; i < n; i++) {
        uint64_t random = i * 0x9e3779b97f4a7c15u;
        const struct input *base = &seed[unit_random(&random) % seeds];
        const struct input *other = &seed[unit_random(&random) % seeds];
        struct input in = {unit_alloc(base->size + GROWTH), base->size, base->size + GROWTH};
        memcpy(in.data, base->data, base->size);
        mutate(&in, other, &random);
        if (in.size > 0 && unit_random(&random) % 2)
            in.data[0] ^= 1; /* with and without a checksum that is made right */
        save(file, &in);
        run(&in);
        free(in.data);
    }
    for (size_t i = 0; i < seeds; i++)
        free(seed[i].data);
    if (file >= 0)
        close(file);
    printf("%zu seeds, %llu mutations\n", seeds, n);
    return EXIT_SUCCESS;
}

static int replay(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return EXIT_FAILURE;
    }
    struct input in = {unit_alloc(1 << 20), 0, 1 << 20};
    in.size = fread(in.data, 1, in.room, file);
    fclose(file);
    run(&in);
    free(in.data);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
#ifndef SANITIZED
    const struct rlimit limit = {MEMORY, MEMORY};
    setrlimit(RLIMIT_AS, &limit);
#endif
    if (argc >= 3 && strcmp(argv[1], "-r") == 0) {
        int status = EXIT_SUCCESS;
        for (int i = 2; i < argc; i++)
            status = replay(argv[i]) == EXIT_SUCCESS ? status : EXIT_FAILURE;
        return status;
    }
    char *end = NULL;
    const unsigned long long n = argc >= 2 ? strtoull(argv[1], &end, 10) : 0;
    if (argc < 2 || argc > 3 || *end != '\0') {
        fprintf(stderr, "usage: %s N [FILE] | -r FILE...\n", argv[0]);
        return 2;
    }
    return run_mutations(n, argc == 3 ? argv[2] : NULL);
}
