/* Runs: eight pixels at a time are skipped by the SWAR test for a zero byte (Mycroft 1987; Warren,
 * Hacker's Delight, 2nd ed., section 6-1). Erosion by a square is separable: along rows, then along
 * columns, in 2 radius steps each; memory: radius + 1 rows. */
#include "spots/signal_mask.h"

#include <stdlib.h>
#include <string.h>

#include "common/simd.h"

/* Runs with at most this many other pixels between them are joined. */
#define MAX_RUN_GAP 8

/* ---- runs ---------------------------------------------------------------------------------- */

static bool any_is_zero(uint64_t bytes)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    return (bytes - ones) & ~bytes & (ones << 7);
}

/* The first pixel from i on with all of the bits; skips eight at a time. */
static size_t next_with(const uint8_t *mark, size_t n, uint8_t bits, size_t i)
{
    uint64_t eight;
    for (; i + sizeof eight <= n; i += sizeof eight) {
        memcpy(&eight, mark + i, sizeof eight);
        if (any_is_zero(~eight & bits * UINT64_C(0x0101010101010101)))
            break;
    }
    while (i < n && (mark[i] & bits) != bits)
        i++;
    return i;
}

bool wn_signal_mask_run(const uint8_t *mark, size_t n, uint8_t bits, size_t *first, size_t *end)
{
    *first = next_with(mark, n, bits, *end);
    *end = *first;
    for (size_t i = *first; i < n && i <= *end + MAX_RUN_GAP; i++)
        if ((mark[i] & bits) == bits)
            *end = i + 1;
    return *end > *first;
}

/* ---- erosion ------------------------------------------------------------------------------- */

/* Keep signal only where the other pixel is signal as well. */
WN_MULTIVERSION
static void and_signal(uint8_t *to, const uint8_t *from, size_t n)
{
    for (size_t x = 0; x < n; x++)
        to[x] &= from[x] | (uint8_t)~MARK_SIGNAL;
}

static void erode_along_row(uint8_t *row, uint8_t *copy, size_t width, size_t radius)
{
    memcpy(copy, row, width);
    for (size_t step = 1; step <= radius && step < width; step++) {
        and_signal(row, copy + step, width - step);
        and_signal(row + step, copy, width - step);
    }
}

/* Rows above are already eroded: `above` keeps copies of the last radius + 1, row y at y % (radius
 * + 1). */
static void erode_along_columns(uint8_t *mark, uint8_t *above, size_t height, size_t width,
                                size_t radius)
{
    for (size_t y = 0; y < height; y++) {
        uint8_t *row = mark + y * width;
        memcpy(above + y % (radius + 1) * width, row, width);
        for (size_t step = 1; step <= radius; step++) {
            if (y + step < height)
                and_signal(row, row + step * width, width);
            if (step <= y)
                and_signal(row, above + (y - step) % (radius + 1) * width, width);
        }
    }
}

wn_status wn_signal_mask_erode(uint8_t *mark, size_t height, size_t width, size_t radius)
{
    uint8_t *copy = malloc((radius + 1) * width);
    if (!copy)
        return WN_ERR_MEMORY;
    for (size_t y = 0; y < height; y++)
        erode_along_row(mark + y * width, copy, width, radius);
    erode_along_columns(mark, copy, height, width, radius);
    free(copy);
    return WN_OK;
}
