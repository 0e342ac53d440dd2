#include "format/rects_io.h"

#include <stdlib.h>

static wn_status write_shapes(struct byte_writer *w, const struct rect_list *areas,
                              uint64_t *number)
{
    uint32_t next = 0;
    for (size_t i = 0; i < areas->n; i++) {
        if (areas->area[i].first < next) /* never; but a chunk that nobody can read is worse */
            w->full = true;
        number[i] = areas->area[i].first - next;
        next = areas->area[i].first + 1;
    }
    wn_status status = wn_write_numbers(w, number, areas->n);
    for (size_t i = 0; i < areas->n; i++)
        number[i] = areas->area[i].width - 1;
    if (status == WN_OK)
        status = wn_write_numbers(w, number, areas->n);
    for (size_t i = 0; i < areas->n; i++)
        number[i] = areas->area[i].height - 1;
    return status == WN_OK ? wn_write_numbers(w, number, areas->n) : status;
}

wn_status wn_rects_write(struct byte_writer *w, const struct rect_list *areas)
{
    uint64_t *number = malloc((areas->n + 1) * sizeof *number);
    if (!number)
        return WN_ERR_MEMORY;
    wn_write_u32(w, (uint32_t)areas->n);
    const wn_status status = write_shapes(w, areas, number);
    free(number);
    return status;
}

static wn_status read_firsts(struct byte_reader *r, size_t pixels, uint64_t *number,
                             struct rect_list *areas)
{
    const wn_status status = wn_read_numbers(r, number, areas->n);
    uint64_t next = 0;
    for (size_t i = 0; i < areas->n && status == WN_OK; i++) {
        if (number[i] >= pixels - next)
            return WN_ERR_CORRUPT;
        areas->area[i].first = (uint32_t)(next + number[i]);
        next = areas->area[i].first + (uint64_t)1;
    }
    return status;
}

/* Read one property of all areas, from 1 on: width or height. */
static wn_status read_lengths(struct byte_reader *r, size_t pixels, uint64_t *number,
                              struct rect_list *areas, bool heights)
{
    const wn_status status = wn_read_numbers(r, number, areas->n);
    for (size_t i = 0; i < areas->n && status == WN_OK; i++) {
        const uint32_t length = number[i] < pixels ? (uint32_t)number[i] + 1 : UINT32_MAX;
        if (heights)
            areas->area[i].height = length;
        else
            areas->area[i].width = length;
    }
    return status;
}

static wn_status check_shapes(uint32_t down, uint32_t across, struct rect_list *areas)
{
    const uint64_t pixels = (uint64_t)down * across;
    uint64_t covered = 0;
    for (size_t i = 0; i < areas->n; i++) {
        const struct rect *a = &areas->area[i];
        const uint32_t row = a->first / across, column = a->first % across;
        if (a->width > across - column || a->height > down - row)
            return WN_ERR_CORRUPT;
        covered += (uint64_t)a->width * a->height;
        if (covered > pixels)
            return WN_ERR_CORRUPT;
    }
    areas->pixels = (size_t)covered;
    return WN_OK;
}

wn_status wn_rects_read(struct byte_reader *r, uint32_t down, uint32_t across,
                        struct rect_list *areas)
{
    const size_t pixels = (size_t)down * across, n = wn_read_u32(r);
    if (n > pixels)
        return WN_ERR_CORRUPT;
    uint64_t *number = malloc((n + 1) * sizeof *number);
    areas->area = calloc(n + 1, sizeof *areas->area);
    areas->n = n;
    wn_status status = number && areas->area ? WN_OK : WN_ERR_MEMORY;
    if (status == WN_OK)
        status = read_firsts(r, pixels, number, areas);
    if (status == WN_OK)
        status = read_lengths(r, pixels, number, areas, false);
    if (status == WN_OK)
        status = read_lengths(r, pixels, number, areas, true);
    free(number);
    return status == WN_OK ? check_shapes(down, across, areas) : status;
}
