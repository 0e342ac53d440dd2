/* Rectangles as numbers: differences of their first pixels, less 1, then widths and heights, each
 * less 1. Linear in the number of rectangles. */
#include "format/rects_io.h"

#include <stdlib.h>

static wn_status write_shapes(struct byte_writer *w, const struct rect_list *rects,
                              uint64_t *number)
{
    uint32_t next = 0;
    for (size_t i = 0; i < rects->n; i++) {
        if (rects->area[i].first < next) /* a bug: rather no chunk than an unreadable one */
            w->full = true;
        number[i] = rects->area[i].first - next;
        next = rects->area[i].first + 1;
    }
    wn_status status = wn_write_numbers(w, number, rects->n);
    for (size_t i = 0; i < rects->n; i++)
        number[i] = rects->area[i].width - 1;
    if (status == WN_OK)
        status = wn_write_numbers(w, number, rects->n);
    for (size_t i = 0; i < rects->n; i++)
        number[i] = rects->area[i].height - 1;
    return status == WN_OK ? wn_write_numbers(w, number, rects->n) : status;
}

wn_status wn_rects_write(struct byte_writer *w, const struct rect_list *rects)
{
    uint64_t *number = malloc((rects->n + 1) * sizeof *number);
    if (!number)
        return WN_ERR_MEMORY;
    wn_write_u32(w, (uint32_t)rects->n);
    const wn_status status = write_shapes(w, rects, number);
    free(number);
    return status;
}

static wn_status read_firsts(struct byte_reader *r, size_t pixels, uint64_t *number,
                             struct rect_list *rects)
{
    const wn_status status = wn_read_numbers(r, number, rects->n);
    uint64_t next = 0;
    for (size_t i = 0; i < rects->n && status == WN_OK; i++) {
        if (number[i] >= pixels - next)
            return WN_ERR_CORRUPT;
        rects->area[i].first = (uint32_t)(next + number[i]);
        next = rects->area[i].first + (uint64_t)1;
    }
    return status;
}

/* Read the widths or the heights of all rectangles. */
static wn_status read_lengths(struct byte_reader *r, size_t pixels, uint64_t *number,
                              struct rect_list *rects, bool heights)
{
    const wn_status status = wn_read_numbers(r, number, rects->n);
    for (size_t i = 0; i < rects->n && status == WN_OK; i++) {
        const uint32_t length = number[i] < pixels ? (uint32_t)number[i] + 1 : UINT32_MAX;
        if (heights)
            rects->area[i].height = length;
        else
            rects->area[i].width = length;
    }
    return status;
}

static wn_status check_shapes(uint32_t down, uint32_t across, struct rect_list *rects)
{
    const uint64_t pixels = (uint64_t)down * across;
    uint64_t covered = 0;
    for (size_t i = 0; i < rects->n; i++) {
        const struct rect *a = &rects->area[i];
        const uint32_t row = a->first / across, column = a->first % across;
        if (a->width > across - column || a->height > down - row)
            return WN_ERR_CORRUPT;
        covered += (uint64_t)a->width * a->height;
        if (covered > pixels)
            return WN_ERR_CORRUPT;
    }
    rects->pixels = (size_t)covered;
    return WN_OK;
}

wn_status wn_rects_read(struct byte_reader *r, uint32_t down, uint32_t across,
                        struct rect_list *rects)
{
    const size_t pixels = (size_t)down * across, n = wn_read_u32(r);
    if (n > pixels)
        return WN_ERR_CORRUPT;
    uint64_t *number = malloc((n + 1) * sizeof *number);
    rects->area = calloc(n + 1, sizeof *rects->area);
    rects->n = n;
    wn_status status = number && rects->area ? WN_OK : WN_ERR_MEMORY;
    if (status == WN_OK)
        status = read_firsts(r, pixels, number, rects);
    if (status == WN_OK)
        status = read_lengths(r, pixels, number, rects, false);
    if (status == WN_OK)
        status = read_lengths(r, pixels, number, rects, true);
    free(number);
    return status == WN_OK ? check_shapes(down, across, rects) : status;
}
