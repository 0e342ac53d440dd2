/* Window sums in single precision, updated as rows enter and leave: column sums first, then sums
 * along the row, O(kernel_x + kernel_y) additions a pixel, in loops that the compiler vectorises.
 * Rounding errors are bounded, so that the answer is "no", "yes" or "undecided", and only the last
 * needs exact sums. */
#include "spots/dispersion_screen.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "common/simd.h"
#include "spots/dispersion_test.h"
#include "spots/window_sums.h"

/* Columns in one block, so that their sums stay in the L1 cache. */
#define SCREEN_COLUMNS 512

/* Columns in one block of the second test, which skips blocks without signal. */
#define SCREEN_FEW_COLUMNS 64

/* ---- memory -------------------------------------------------------------------------------- */

static wn_status allocate_sums(struct dispersion_screen *s)
{
    const size_t width = s->pixels->width, rows = 2 * s->radius_y + 1;
    s->counts = malloc(rows * width * sizeof *s->counts);
    s->squares = calloc(rows * width, sizeof *s->squares);
    s->column_n = calloc(width, sizeof *s->column_n);
    s->column_sum = calloc(width, sizeof *s->column_sum);
    s->column = calloc(3 * s->padded, sizeof *s->column);
    s->window = malloc(2 * width * sizeof *s->window);
    if (!s->counts || !s->squares || !s->column_n || !s->column_sum || !s->column || !s->window)
        return WN_ERR_MEMORY;
    for (size_t i = 0; i < rows * width; i++)
        s->counts[i] = FLAGGED;
    return WN_OK;
}

wn_status wn_dispersion_screen_create(const wn_spot_params *params, const struct pixels *pixels,
                                      struct dispersion_screen *screen)
{
    *screen = (struct dispersion_screen){
        .params = params,
        .pixels = pixels,
        .radius_x = (size_t)params->kernel_x,
        .radius_y = (size_t)params->kernel_y,
        .padded = pixels->width + 2 * (size_t)params->kernel_x,
        .mark = malloc(pixels->width),
    };
    wn_status status = screen->mark ? WN_OK : WN_ERR_MEMORY;
    if (status == WN_OK && !wn_type_is_float(pixels->type))
        status = allocate_sums(screen);
    if (status != WN_OK)
        wn_dispersion_screen_free(screen);
    return status;
}

void wn_dispersion_screen_free(struct dispersion_screen *screen)
{
    free(screen->counts);
    free(screen->squares);
    free(screen->column_n);
    free(screen->column_sum);
    free(screen->column);
    free(screen->window);
    free(screen->mark);
    *screen = (struct dispersion_screen){0};
}

/* ---- sums ---------------------------------------------------------------------------------- */

/* Replace a row that leaves the windows by the one that enters. Sums of up to 41 values below 2^24
 * fit in 32 bits. */
WN_MULTIVERSION
static void replace_row(const uint32_t *restrict in, size_t width, uint32_t *restrict out,
                        float *restrict squares, uint32_t *restrict n, uint32_t *restrict sum)
{
    for (size_t x = 0; x < width; x++) {
        const uint32_t enters = in[x] < WINDOW_SUMS_EXACT_LIMIT, entering = in[x] & (0 - enters);
        const uint32_t leaves = out[x] < WINDOW_SUMS_EXACT_LIMIT, leaving = out[x] & (0 - leaves);
        n[x] += enters - leaves;
        sum[x] += entering - leaving;
        squares[x] = (float)(int32_t)entering * (float)(int32_t)entering;
        out[x] = in[x];
    }
}

/* Rows outside the frame count as flagged. */
static void enter_row(struct dispersion_screen *s, size_t y)
{
    const size_t width = s->pixels->width, slot = y % (2 * s->radius_y + 1) * width;
    uint32_t buffer[SEGMENT];
    for (size_t x = 0; x < width; x += SEGMENT) {
        const size_t n = at_most(width - x, SEGMENT);
        const uint32_t *counts = buffer;
        if (y < s->pixels->height)
            counts = wn_pixels_counts(s->pixels, y * width + x, n, buffer);
        else
            memset(buffer, 0xff, n * sizeof *buffer);
        replace_row(counts, n, s->counts + slot + x, s->squares + slot + x, s->column_n + x,
                    s->column_sum + x);
    }
}

WN_MULTIVERSION
static void to_floats(const uint32_t *restrict count, size_t n, float *restrict number)
{
    for (size_t x = 0; x < n; x++)
        number[x] = (float)(int32_t)count[x];
}

/* sum[x] = number[x] + number[x + step] + ..., with an odd number of terms, 3 or more. */
WN_MULTIVERSION
static void add_up(const float *restrict number, size_t terms, size_t step, size_t n,
                   float *restrict sum)
{
    for (size_t x = 0; x < n; x++)
        sum[x] = number[x] + number[x + step] + number[x + 2 * step];
    for (size_t i = 3; i < terms; i += 2)
        for (size_t x = 0; x < n; x++)
            sum[x] += number[x + i * step] + number[x + (i + 1) * step];
}

/* ---- dispersion ---------------------------------------------------------------------------- */

/*
 * Limits of the first inequality of spots/dispersion_test.h in single precision, with both sides
 * squared to avoid the root. With u = FLT_EPSILON / 2: the sums of a window have a relative error
 * of at most (2 radius_x + 2 radius_y + 3) u, since all their terms have one sign; the difference
 * on the left has an error of at most (4 radius_x + 2 radius_y + 8) u times the sum of its terms.
 * `error` is at least twice that. The second inequality is tested in the same way.
 */
struct screen_limits {
    float gain, chance, min_pixels, error;
};

static struct screen_limits limits_of(const wn_spot_params *p)
{
    const double chance = p->gain * p->sigma_background;
    return (struct screen_limits){.gain = (float)p->gain,
                                  .chance = (float)(2 * chance * chance),
                                  .min_pixels = (float)min_window_pixels(p),
                                  .error =
                                      8 * (float)(p->kernel_x + p->kernel_y + 4) * FLT_EPSILON / 2};
}

WN_MULTIVERSION
static void screen_pixels(const struct screen_limits *limits, const float *restrict n,
                          const float *restrict sum, const float *restrict squares,
                          const uint32_t *restrict counts, size_t width, uint8_t *restrict mark)
{
    const float error = limits->error, gain = limits->gain, by_chance = limits->chance;
    const float min_pixels = limits->min_pixels;
    for (size_t x = 0; x < width; x++) {
        const float all = n[x] * squares[x], mean = sum[x] * sum[x];
        const float counting = gain * sum[x] * (n[x] - 1);
        const float over = all - mean - counting, off = error * (all + mean + counting);
        const float chance = by_chance * mean * (n[x] - 1);
        const float low = over - off, high = over + off;
        const int possible =
            (high > 0) & (high * high >= chance * (1 - error)) & (n[x] >= min_pixels);
        const int certain = possible & (low > 0) & (low * low > chance * (1 + error));
        const int valid = counts[x] != FLAGGED;
        mark[x] = (uint8_t)(valid * (MARK_VALID + possible * MARK_OPEN -
                                     certain * (MARK_OPEN - MARK_SIGNAL)));
    }
}

/* Pixels [x, x + n) of row y. */
static void screen_block(struct dispersion_screen *s, size_t y, size_t x, size_t n)
{
    const struct screen_limits limits = limits_of(s->params);
    const size_t width = s->pixels->width, rows = 2 * s->radius_y + 1, taps = 2 * s->radius_x + 1;
    float squares[SCREEN_COLUMNS];
    add_up(s->column + x, taps, 1, n, s->window + x);
    add_up(s->column + s->padded + x, taps, 1, n, s->window + width + x);
    add_up(s->column + 2 * s->padded + x, taps, 1, n, squares);
    screen_pixels(&limits, s->window + x, s->window + width + x, squares,
                  s->counts + y % rows * width + x, n, s->mark + x);
}

static void open_reals(struct dispersion_screen *s, size_t y)
{
    const size_t width = s->pixels->width;
    double value[SEGMENT];
    for (size_t x = 0; x < width; x += SEGMENT) {
        const size_t n = at_most(width - x, SEGMENT);
        wn_pixels_reals(s->pixels, y * width + x, n, value);
        for (size_t i = 0; i < n; i++)
            s->mark[x + i] = isnan(value[i]) ? 0 : MARK_VALID | MARK_OPEN;
    }
}

void wn_dispersion_screen_move(struct dispersion_screen *s, size_t y)
{
    if (wn_type_is_float(s->pixels->type)) {
        open_reals(s, y);
        return;
    }
    const size_t width = s->pixels->width, rows = 2 * s->radius_y + 1;
    float *column = s->column + s->radius_x;
    for (; s->next <= y + s->radius_y; s->next++)
        enter_row(s, s->next);
    to_floats(s->column_n, width, column);
    to_floats(s->column_sum, width, column + s->padded);
    add_up(s->squares, rows, width, width, column + 2 * s->padded);
    for (size_t x = 0; x < width; x += SCREEN_COLUMNS)
        screen_block(s, y, x, at_most(width - x, SCREEN_COLUMNS));
}

/* ---- pixels above the mean ----------------------------------------------------------------- */

WN_MULTIVERSION
static void open_bright(const struct screen_limits *limits, float sigma, const float *restrict n,
                        const float *restrict sum, const uint32_t *restrict counts, size_t width,
                        uint8_t *restrict mark)
{
    const float error = limits->error, by_chance = sigma * sigma * limits->gain;
    for (size_t x = 0; x < width; x++) {
        const uint32_t small = counts[x] < WINDOW_SUMS_EXACT_LIMIT, value = counts[x] & (0 - small);
        const float all = n[x] * (float)(int32_t)value;
        const float high = all - sum[x] + error * (all + sum[x]);
        const float chance = by_chance * sum[x] * n[x];
        const int possible = (small == 0) | ((high > 0) & (high * high >= chance * (1 - error)));
        const int signal = (mark[x] & (MARK_SIGNAL | MARK_OPEN)) != 0;
        mark[x] = (uint8_t)((possible & signal) * MARK_OPEN);
    }
}

static bool any_in_signal(const uint8_t *mark, size_t n)
{
    uint8_t bits = 0;
    for (size_t x = 0; x < n; x++)
        bits |= mark[x];
    return bits & (MARK_SIGNAL | MARK_OPEN);
}

void wn_dispersion_screen_test(struct dispersion_screen *s, size_t y)
{
    if (wn_type_is_float(s->pixels->type))
        return;
    const struct screen_limits limits = limits_of(s->params);
    const size_t width = s->pixels->width;
    const uint32_t *counts = s->counts + y % (2 * s->radius_y + 1) * width;
    for (size_t x = 0; x < width; x += SCREEN_FEW_COLUMNS) {
        const size_t n = at_most(width - x, SCREEN_FEW_COLUMNS);
        if (any_in_signal(s->mark + x, n))
            open_bright(&limits, (float)s->params->sigma_strong, s->window + x,
                        s->window + width + x, counts + x, n, s->mark + x);
    }
}
