#include "erode.h"

#include <stdlib.h>
#include <string.h>

#include "manypixels.h"

/* to[x] &= from[x + step] */
MANY_PIXELS
static void take_in(uint8_t *to, const uint8_t *from, size_t n)
{
    for (size_t x = 0; x < n; x++)
        to[x] &= from[x];
}

static void erode_along_row(uint8_t *row, uint8_t *copy, size_t width, size_t radius)
{
    memcpy(copy, row, width);
    for (size_t step = 1; step <= radius && step < width; step++) {
        take_in(row, copy + step, width - step);
        take_in(row + step, copy, width - step);
    }
}

/* The rows above are replaced already: `above` keeps the last ones of them, row y in place y modulo
 * radius + 1. */
static void erode_along_columns(uint8_t *mark, uint8_t *above, size_t height, size_t width,
                                size_t radius)
{
    for (size_t y = 0; y < height; y++) {
        uint8_t *row = mark + y * width;
        memcpy(above + y % (radius + 1) * width, row, width);
        for (size_t step = 1; step <= radius; step++) {
            if (y + step < height)
                take_in(row, row + step * width, width);
            if (step <= y)
                take_in(row, above + (y - step) % (radius + 1) * width, width);
        }
    }
}

wn_status erode(uint8_t *mark, size_t height, size_t width, size_t radius)
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
