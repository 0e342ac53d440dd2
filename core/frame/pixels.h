/* Pixels of any element type, read for statistics and read exactly. */
#ifndef WN_FRAME_PIXELS_H
#define WN_FRAME_PIXELS_H

#include <string.h>

#include "winnow.h"

/* The working form of integer pixels is uint32_t. This value marks a flagged pixel: one that takes
 * no part in the background and is restored exactly. */
#define FLAGGED UINT32_MAX

/* Pixels are read in segments of a row, at most so many at once. */
#define SEGMENT 2048

/* n, but no more than `most`. */
static inline size_t at_most(size_t n, size_t most)
{
    return n < most ? n : most;
}

/* Rows that one thread works through at a time. Results are put together strip by strip, so that
 * they do not depend on the number of threads. */
#define STRIP_ROWS 128u

static inline size_t strips_of(uint32_t height)
{
    return ((size_t)height + STRIP_ROWS - 1) / STRIP_ROWS;
}

/* Rows of counts that are made when they are looked at, for a frame that is not in memory. */
struct row_source {
    /* The counts of n pixels from `first` on; of pixels that are not valid anything. */
    void (*counts)(const struct row_source *source, size_t first, size_t n, uint32_t *count);
    const uint32_t *exact; /* [n_exact] ascending: pixels that are not made from a law */
    size_t n_exact;
};

struct pixels {
    wn_type type;
    size_t size; /* of an element */
    bool swap;   /* the byte order is not the machine's */
    uint32_t height, width;
    const uint8_t *data;           /* one frame, */
    const struct row_source *rows; /* or NULL and what makes its rows, of counts */
    const uint8_t *valid;          /* [height * width], 1 = valid; may be NULL */
    bool has_dummy;
    int64_t dummy;
};

/* valid: as in struct pixels. */
struct pixels wn_pixels_of_frame(const wn_array *array, const void *frame, const uint8_t *valid,
                                 const wn_params *params);

/* Integer types: n pixels from `first` in the working form; n <= SEGMENT. The result is in buffer
 * or, where no conversion is needed, in the frame itself. Flagged are the maximum of the type,
 * negative numbers, 64-bit counts that the working form cannot hold, the dummy, and pixels that are
 * not valid. */
const uint32_t *wn_pixels_counts(const struct pixels *pixels, size_t first, size_t n,
                                 uint32_t *buffer);

/* Any type: n pixels from `first` as doubles; flagged ones are NaN. n <= SEGMENT. */
void wn_pixels_reals(const struct pixels *pixels, size_t first, size_t n, double *buffer);

/* Whether a pixel is not flagged. */
bool wn_pixel_is_usable(const struct pixels *pixels, size_t index);

/* The bits of one element, zero-extended: the value itself for non-negative integers. */
static inline uint64_t pixels_bits(const struct pixels *pixels, size_t index)
{
    const uint8_t *element = pixels->data + index * pixels->size;
    uint16_t v16;
    uint32_t v32;
    uint64_t v64;
    switch (pixels->size) {
    case 1:
        return *element;
    case 2:
        memcpy(&v16, element, sizeof v16);
        return pixels->swap ? __builtin_bswap16(v16) : v16;
    case 4:
        memcpy(&v32, element, sizeof v32);
        return pixels->swap ? __builtin_bswap32(v32) : v32;
    default:
        memcpy(&v64, element, sizeof v64);
        return pixels->swap ? __builtin_bswap64(v64) : v64;
    }
}

#endif
