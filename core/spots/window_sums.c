/* Integers: column sums over the rows of the window, then their prefix sums: one row of a
 * summed-area table (Crow, Computer Graphics (SIGGRAPH) 18 (1984) 207), so that a window is one
 * difference. The table is rebuilt for every run, since few pixels need exact sums: 2 radius_y + 1
 * additions a pixel. Floats: the same column sums, but each window is added up on its own, with 2
 * radius_x + 1 additions more. */
#include "spots/window_sums.h"

#include <stdlib.h>

#include "common/simd.h"

wn_status wn_window_sums_create(const struct window_rule *rule, struct window_sums *sums)
{
    const size_t cells = (size_t)rule->pixels->width + 1;
    *sums = (struct window_sums){
        .rule = *rule,
        .n = calloc(cells, sizeof *sums->n),
        .sum = calloc(cells, sizeof *sums->sum),
        .squares = calloc(cells, sizeof *sums->squares),
    };
    if (sums->n && sums->sum && sums->squares)
        return WN_OK;
    wn_window_sums_free(sums);
    return WN_ERR_MEMORY;
}

void wn_window_sums_free(struct window_sums *sums)
{
    free(sums->n);
    free(sums->sum);
    free(sums->squares);
    *sums = (struct window_sums){0};
}

/* ---- columns ------------------------------------------------------------------------------- */

WN_MULTIVERSION
static void add_counts(const uint32_t *restrict counts, size_t width, uint32_t *restrict n,
                       uint64_t *restrict sum, uint64_t *restrict squares)
{
    for (size_t x = 0; x < width; x++) {
        const uint32_t value = counts[x] < WINDOW_SUMS_EXACT_LIMIT ? counts[x] : 0;
        n[x] += counts[x] < WINDOW_SUMS_EXACT_LIMIT;
        sum[x] += value;
        squares[x] += (uint64_t)value * value;
    }
}

/* Add n pixels from x on, of row y, to the column sums. */
static void add_segment(struct window_sums *sums, size_t y, size_t x, size_t n)
{
    uint32_t buffer[SEGMENT], kept[SEGMENT];
    const size_t first = y * sums->rule.pixels->width + x;
    const uint32_t *counts = wn_pixels_counts(sums->rule.pixels, first, n, buffer);
    if (sums->rule.excluded) {
        const uint8_t *excluded = sums->rule.excluded + first;
        for (size_t i = 0; i < n; i++)
            kept[i] = counts[i] | (excluded[i] & 1 ? FLAGGED : 0); /* FLAGGED has all bits */
        counts = kept;
    }
    add_counts(counts, n, sums->n + x + 1, sums->sum + x + 1, sums->squares + x + 1);
}

/* ---- prefix sums --------------------------------------------------------------------------- */

/* Turn column sums into prefix sums. They may wrap around modulo 2^64: differences remain correct.
 */
static void sum_columns(struct window_sums *sums, size_t first, size_t end)
{
    uint32_t n = 0;
    uint64_t sum = 0, squares = 0;
    for (size_t x = first + 1; x <= end; x++) {
        sums->n[x] = n += sums->n[x];
        sums->sum[x] = sum += sums->sum[x];
        sums->squares[x] = squares += sums->squares[x];
    }
}

void wn_window_sums_fill(struct window_sums *sums, size_t y, size_t first, size_t end)
{
    const struct window_rule *rule = &sums->rule;
    const size_t first_row = y > rule->radius_y ? y - rule->radius_y : 0;
    const size_t end_row = at_most(y + rule->radius_y + 1, rule->pixels->height);
    const size_t left = first > rule->radius_x ? first - rule->radius_x : 0;
    const size_t right = at_most(end + rule->radius_x, rule->pixels->width);
    memset(sums->n + left, 0, (right - left + 1) * sizeof *sums->n);
    memset(sums->sum + left, 0, (right - left + 1) * sizeof *sums->sum);
    memset(sums->squares + left, 0, (right - left + 1) * sizeof *sums->squares);
    for (size_t row = first_row; row < end_row; row++)
        for (size_t x = left; x < right; x += SEGMENT)
            add_segment(sums, row, x, at_most(right - x, SEGMENT));
    sum_columns(sums, left, right);
}

/* ---- floats -------------------------------------------------------------------------------- */

wn_status wn_real_window_sums_create(const struct window_rule *rule, struct real_window_sums *sums)
{
    const size_t width = rule->pixels->width;
    *sums = (struct real_window_sums){
        .rule = *rule,
        .column = malloc(3 * width * sizeof *sums->column),
        .window = malloc(3 * width * sizeof *sums->window),
    };
    if (sums->column && sums->window)
        return WN_OK;
    wn_real_window_sums_free(sums);
    return WN_ERR_MEMORY;
}

void wn_real_window_sums_free(struct real_window_sums *sums)
{
    free(sums->column);
    free(sums->window);
    *sums = (struct real_window_sums){0};
}

/* Add n pixels from x on, of row y, to the column sums. */
static void add_real_segment(struct real_window_sums *sums, size_t y, size_t x, size_t n)
{
    double buffer[SEGMENT];
    const size_t width = sums->rule.pixels->width, first = y * width + x;
    const uint8_t *excluded = sums->rule.excluded;
    double *column = sums->column + x;
    wn_pixels_reals(sums->rule.pixels, first, n, buffer);
    for (size_t i = 0; i < n; i++) {
        const bool counts =
            buffer[i] < WINDOW_SUMS_EXACT_LIMIT && !(excluded && excluded[first + i] & 1);
        const double value = counts ? buffer[i] : 0;
        column[i] += counts;
        column[width + i] += value;
        column[2 * width + i] += value * value;
    }
}

static void sum_windows(const struct window_rule *rule, const double *column, size_t first,
                        size_t end, double *window)
{
    for (size_t x = first; x < end; x++) {
        const size_t right = at_most(x + rule->radius_x + 1, rule->pixels->width);
        window[x] = 0;
        for (size_t i = x > rule->radius_x ? x - rule->radius_x : 0; i < right; i++)
            window[x] += column[i];
    }
}

void wn_real_window_sums_fill(struct real_window_sums *sums, size_t y, size_t first, size_t end)
{
    const struct window_rule *rule = &sums->rule;
    const size_t width = rule->pixels->width;
    const size_t first_row = y > rule->radius_y ? y - rule->radius_y : 0;
    const size_t end_row = at_most(y + rule->radius_y + 1, rule->pixels->height);
    const size_t left = first > rule->radius_x ? first - rule->radius_x : 0;
    const size_t right = at_most(end + rule->radius_x, width);
    for (size_t quantity = 0; quantity < 3; quantity++)
        memset(sums->column + quantity * width + left, 0, (right - left) * sizeof *sums->column);
    for (size_t row = first_row; row < end_row; row++)
        for (size_t x = left; x < right; x += SEGMENT)
            add_real_segment(sums, row, x, at_most(right - x, SEGMENT));
    for (size_t quantity = 0; quantity < 3; quantity++)
        sum_windows(rule, sums->column + quantity * width, first, end,
                    sums->window + quantity * width);
}
