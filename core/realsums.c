#include "realsums.h"

#include <math.h>
#include <stdlib.h>

#include "sat.h"

wn_status real_sums_create(const struct pixels *pixels, const uint8_t *left_out, size_t radius_x,
                           size_t radius_y, struct real_sums *sums)
{
    const size_t width = pixels->width, rows = 2 * radius_y + 1;
    *sums = (struct real_sums){
        .pixels = pixels,
        .left_out = left_out,
        .radius_x = radius_x,
        .radius_y = radius_y,
        .row = malloc(rows * width * sizeof *sums->row),
        .column = malloc(3 * width * sizeof *sums->column),
        .sum = malloc(3 * width * sizeof *sums->sum),
    };
    if (sums->row && sums->column && sums->sum)
        return WN_OK;
    real_sums_free(sums);
    return WN_ERR_MEMORY;
}

void real_sums_free(struct real_sums *sums)
{
    free(sums->row);
    free(sums->column);
    free(sums->sum);
    *sums = (struct real_sums){0};
}

static void read_row(const struct real_sums *sums, size_t y, double *row)
{
    const size_t width = sums->pixels->width, first = y * width;
    for (size_t x = 0; x < width; x += SEGMENT)
        pixels_reals(sums->pixels, first + x, at_most(width - x, SEGMENT), row + x);
    for (size_t x = 0; sums->left_out && x < width; x++)
        row[x] = sums->left_out[first + x] ? (double)NAN : row[x];
}

static void sum_columns(const struct real_sums *sums, size_t first_row, size_t end_row)
{
    const size_t width = sums->pixels->width;
    double *n = sums->column, *sum = n + width, *squares = sum + width;
    memset(n, 0, 3 * width * sizeof *n);
    for (size_t y = first_row; y < end_row; y++) {
        const double *row = real_sums_row(sums, y);
        for (size_t x = 0; x < width; x++) {
            const double value = row[x] < SAT_LIMIT ? row[x] : 0;
            n[x] += row[x] < SAT_LIMIT ? 1 : 0;
            sum[x] += value;
            squares[x] += value * value;
        }
    }
}

static void sum_windows(const struct real_sums *sums)
{
    const size_t width = sums->pixels->width;
    for (size_t quantity = 0; quantity < 3; quantity++) {
        const double *column = sums->column + quantity * width;
        double *sum = sums->sum + quantity * width;
        for (size_t x = 0; x < width; x++) {
            const size_t end = at_most(x + sums->radius_x + 1, width);
            sum[x] = 0;
            for (size_t i = x > sums->radius_x ? x - sums->radius_x : 0; i < end; i++)
                sum[x] += column[i];
        }
    }
}

void real_sums_move(struct real_sums *sums, size_t y)
{
    const size_t end = at_most(y + sums->radius_y + 1, sums->pixels->height);
    for (; sums->next < end; sums->next++)
        read_row(sums, sums->next,
                 sums->row + sums->next % (2 * sums->radius_y + 1) * sums->pixels->width);
    sum_columns(sums, y > sums->radius_y ? y - sums->radius_y : 0, end);
    sum_windows(sums);
}
