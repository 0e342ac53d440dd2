/* Access to the pixels of a frame of any element type: as numbers for statistics, or bit for bit.
 */
#ifndef WN_FRAME_PIXELS_H
#define WN_FRAME_PIXELS_H

#include <string.h>

#include "winnow.h"

/* The working form of integer pixels is uint32_t. This value stands for a flagged pixel, which is
 * excluded from the background and restored exactly. */
#define FLAGGED UINT32_MAX

/* Maximum number of pixels of a row that are read at once. */
#define SEGMENT 2048

/* The smaller of n and `limit`. */
static inline size_t at_most(size_t n, size_t limit)
{
    return n < limit ? n : limit;
}

/* Rows of a strip, the unit of work of a thread. Results are joined in the order of strips, so that
 * they do not depend on the number of threads. */
#define STRIP_ROWS 128u

static inline size_t strips_of(uint32_t height)
{
    return ((size_t)height + STRIP_ROWS - 1) / STRIP_ROWS;
}

/* Source of rows of counts that are computed on demand, for a frame that is not in memory. */
struct row_source {
    /* Write the counts of n pixels from `first` on; those of invalid pixels may be arbitrary. */
    void (*counts)(const struct row_source *source, size_t first, size_t n, uint32_t *count);
    const uint32_t *exact; /* [n_exact] ascending: pixels stored exactly, not drawn */
    size_t n_exact;
};

struct pixels {
    wn_type type;
    size_t size; /* of an element, bytes */
    bool swap;   /* the byte order is not the machine's */
    uint32_t height, width;
    const uint8_t *data;           /* one frame; NULL if there is a row source */
    const struct row_source *rows; /* where its counts come from; NULL: data */
    const uint8_t *valid;          /* [height * width], 1 = valid; NULL: all are */
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

/* Whether a pixel is not flagged. Slow: for single pixels. */
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
