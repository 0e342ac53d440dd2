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

/* Frame number k modulo the number of frames. */
const uint32_t *frame_of_series(size_t k);

/* A frame of the series in another type and byte order: counts that do not fit become the maximum
 * of the type, as detectors have it. */
uint8_t *convert(const uint32_t *frame, wn_type type, bool big_endian);

/* ---- ways of keeping ----------------------------------------------------------------------- */

/* Ways of keeping counts, other than single pixels with the background as distributions: clusters,
 * blocks, all. The last one is lossless. */
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

/* Give a chunk another seed: other noise from the same distributions. */
void reseed(struct chunk *chunk);

/* ---- various ------------------------------------------------------------------------------- */

/* The same in every run. */
uint64_t random_bits(void);

/* Integers first. */
static const wn_type all_types[] = {WN_U8,  WN_U16, WN_U32, WN_U64, WN_I8,
                                    WN_I16, WN_I32, WN_I64, WN_F32, WN_F64};
#define TYPES    (sizeof all_types / sizeof all_types[0])
#define INTEGERS 8

/* ---- further tests ------------------------------------------------------------------------- */

/* P1 and P2: promises_exact.c. */
void add_tests_of_signal(TCase *tests);
void add_tests_of_flags(TCase *tests);

/* P3: promises_background.c. */
void add_tests_of_background(TCase *tests);

/* P9: promises_blocks.c. */
void add_tests_of_blocks(TCase *tests);

#endif
