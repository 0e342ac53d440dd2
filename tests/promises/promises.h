/* What the tests of the promises share: the series of make_series, and chunks of its frames. */
#ifndef TEST_PROMISES_PROMISES_H
#define TEST_PROMISES_PROMISES_H

#include <check.h>

#include "support/h5frames.h"
#include "winnow.h"

/* ---- the series (environment WINNOW_SERIES) ------------------------------------------------ */

extern struct h5frames series;
extern wn_params radial;    /* with the beam centre of the series */
extern wn_array one;        /* one of its frames */
extern size_t frame_pixels; /* of a frame */

void open_series(void);
void close_series(void);

/* Frame number k, counted round and round. */
const uint32_t *frame_of_series(size_t k);

/* A frame of the series in another type and byte order: counts that do not fit become the maximum
 * of the type, as detectors have it. */
uint8_t *convert(const uint32_t *frame, wn_type type, bool big_endian);

/* ---- ways of keeping ----------------------------------------------------------------------- */

/* Ways of keeping counts, beside single pixels of which the rest is a law: clusters, blocks, all.
 * The last one is without loss. */
#define FORMS    6
#define LOSSLESS (FORMS - 1)

/* Parameters that keep in way number `form`. */
wn_params with_form(const wn_params *params, size_t form);

/* ---- chunks -------------------------------------------------------------------------------- */

struct chunk {
    uint8_t *bytes;
    size_t size;
};

/* Both must succeed. */
struct chunk encode(const wn_map *map, const wn_params *params, const wn_array *array,
                    const void *frames);
uint8_t *decode(const wn_map *map, const struct chunk *chunk, const wn_array *array, wn_noise noise,
                int threads);

/* How the first frame is stored. */
wn_frame_info first_frame(const struct chunk *chunk);

wn_map *map_of(const wn_params *params, const wn_array *array);

/* Give a chunk another seed: other noise from the same laws. */
void reseed(struct chunk *chunk);

/* ---- small things -------------------------------------------------------------------------- */

/* The same in every run. */
uint64_t random_bits(void);

/* ---- further tests ------------------------------------------------------------------------- */

/* P9: promises_blocks.c. */
void add_tests_of_blocks(TCase *tests);

#endif
