#include "realsums.h"

#include <stdlib.h>

wn_status real_sums_create(const struct window_rule *rule, struct real_sums *sums)
{
    const size_t width = rule->pixels->width;
    *sums = (struct real_sums){
        .rule = *rule,
        .column = malloc(3 * width * sizeof *sums->column),
        .window = malloc(3 * width * sizeof *sums->window),
    };
    if (sums->column && sums->window)
        return WN_OK;
    real_sums_free(sums);
    return WN_ERR_MEMORY;
}

void real_sums_free(struct real_sums *sums)
{
    free(sums->column);
    free(sums->window);
    *sums = (struct real_sums){0};
}

/* n pixels from x on, of row y. */
static void add_segment(struct real_sums *sums, size_t y, size_t x, size_t n)
{
    double buffer[SEGMENT];
    const size_t width = sums->rule.pixels->width, first = y * width + x;
    const uint8_t *left_out = sums->rule.left_out;
    double *column = sums->column + x;
    pixels_reals(sums->rule.pixels, first, n, buffer);
    for (size_t i = 0; i < n; i++) {
        const bool counts = buffer[i] < SAT_LIMIT && !(left_out && left_out[first + i] & 1);
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

void real_sums_fill(struct real_sums *sums, size_t y, size_t first, size_t end)
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
            add_segment(sums, row, x, at_most(right - x, SEGMENT));
    for (size_t quantity = 0; quantity < 3; quantity++)
        sum_windows(rule, sums->column + quantity * width, first, end,
                    sums->window + quantity * width);
}
