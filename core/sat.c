#include "sat.h"

#include <stdlib.h>

#include "manypixels.h"

wn_status sat_create(const struct pixels *pixels, const uint8_t *left_out, size_t radius_x,
                     size_t radius_y, struct sat *sat)
{
    const size_t width = pixels->width, rows = 2 * radius_y + 1;
    *sat = (struct sat){
        .pixels = pixels,
        .left_out = left_out,
        .radius_x = radius_x,
        .radius_y = radius_y,
        .row = malloc(rows * width * sizeof *sat->row),
        .column_n = calloc(width, sizeof *sat->column_n),
        .column_sum = calloc(width, sizeof *sat->column_sum),
        .column_squares = calloc(width, sizeof *sat->column_squares),
        .n = calloc(width + 1, sizeof *sat->n),
        .sum = calloc(width + 1, sizeof *sat->sum),
        .squares = calloc(width + 1, sizeof *sat->squares),
    };
    if (sat->row && sat->column_n && sat->column_sum && sat->column_squares && sat->n && sat->sum &&
        sat->squares)
        return WN_OK;
    sat_free(sat);
    return WN_ERR_MEMORY;
}

void sat_free(struct sat *sat)
{
    free(sat->row);
    free(sat->column_n);
    free(sat->column_sum);
    free(sat->column_squares);
    free(sat->n);
    free(sat->sum);
    free(sat->squares);
    *sat = (struct sat){0};
}

/* ---- columns ------------------------------------------------------------------------------- */

MANY_PIXELS
static void add_row(const uint32_t *row, size_t width, uint32_t *n, uint64_t *sum,
                    uint64_t *squares)
{
    for (size_t x = 0; x < width; x++) {
        const uint32_t value = row[x] < SAT_LIMIT ? row[x] : 0;
        n[x] += row[x] < SAT_LIMIT;
        sum[x] += value;
        squares[x] += (uint64_t)value * value;
    }
}

MANY_PIXELS
static void subtract_row(const uint32_t *row, size_t width, uint32_t *n, uint64_t *sum,
                         uint64_t *squares)
{
    for (size_t x = 0; x < width; x++) {
        const uint32_t value = row[x] < SAT_LIMIT ? row[x] : 0;
        n[x] -= row[x] < SAT_LIMIT;
        sum[x] -= value;
        squares[x] -= (uint64_t)value * value;
    }
}

static void read_row(const struct sat *sat, size_t y, uint32_t *row)
{
    const size_t width = sat->pixels->width, first = y * width;
    for (size_t x = 0; x < width; x += SEGMENT) {
        const size_t n = at_most(width - x, SEGMENT);
        const uint32_t *counts = pixels_counts(sat->pixels, first + x, n, row + x);
        if (counts != row + x)
            memcpy(row + x, counts, n * sizeof *row);
    }
    for (size_t x = 0; sat->left_out && x < width; x++)
        row[x] = sat->left_out[first + x] ? FLAGGED : row[x];
}

/* ---- the table ----------------------------------------------------------------------------- */

/* Sums of 64 bits may pass their end without harm: differences of them are right. */
static void sum_columns(struct sat *sat)
{
    uint32_t n = 0;
    uint64_t sum = 0, squares = 0;
    for (size_t x = 0; x < sat->pixels->width; x++) {
        sat->n[x + 1] = n += sat->column_n[x];
        sat->sum[x + 1] = sum += sat->column_sum[x];
        sat->squares[x + 1] = squares += sat->column_squares[x];
    }
}

void sat_move(struct sat *sat, size_t y)
{
    const size_t width = sat->pixels->width, rows = 2 * sat->radius_y + 1;
    const size_t end = at_most(y + sat->radius_y + 1, sat->pixels->height);
    if (y > sat->radius_y)
        subtract_row(sat_row(sat, y - sat->radius_y - 1), width, sat->column_n, sat->column_sum,
                     sat->column_squares);
    for (; sat->next < end; sat->next++) {
        uint32_t *row = sat->row + sat->next % rows * width;
        read_row(sat, sat->next, row);
        add_row(row, width, sat->column_n, sat->column_sum, sat->column_squares);
    }
    sum_columns(sat);
}
