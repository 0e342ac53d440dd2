#include "spots/dispersion_screen.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "common/simd.h"
#include "spots/dispersion_test.h"
#include "spots/window_sums.h"

/* Columns that are done at once, so that their sums stay in the first cache. */
#define SCREEN_COLUMNS 512

/* Columns that are done at once where most have nothing to be done. */
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

/* A row comes in the place of another: up to 41 values below 2^24 fit 32 bits. */
WN_MULTIVERSION
static void exchange(const uint32_t *restrict in, size_t width, uint32_t *restrict out,
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

/* Rows outside the frame are as if they were flagged. */
static void take_row(struct dispersion_screen *s, size_t y)
{
    const size_t width = s->pixels->width, place = y % (2 * s->radius_y + 1) * width;
    uint32_t buffer[SEGMENT];
    for (size_t x = 0; x < width; x += SEGMENT) {
        const size_t n = at_most(width - x, SEGMENT);
        const uint32_t *counts = buffer;
        if (y < s->pixels->height)
            counts = wn_pixels_counts(s->pixels, y * width + x, n, buffer);
        else
            memset(buffer, 0xff, n * sizeof *buffer);
        exchange(counts, n, s->counts + place + x, s->squares + place + x, s->column_n + x,
                 s->column_sum + x);
    }
}

WN_MULTIVERSION
static void convert(const uint32_t *restrict count, size_t n, float *restrict number)
{
    for (size_t x = 0; x < n; x++)
        number[x] = (float)(int32_t)count[x];
}

/* sum[x] = number[x] + number[x + step] + ..., 3 terms or 5, 7 and so on. */
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

/* ---- dispersion ------------------------------------------------------------------------------ */

/*
 * How the first inequality of spots/dispersion_test.h is judged in single precision, squared on
 * both sides, which saves the root. With one rounding u = FLT_EPSILON / 2: the sums of a window are
 * off by no more than (2 radius_x + 2 radius_y + 3) u, relatively, as all their terms have one
 * sign; the difference on the left by (4 radius_x + 2 radius_y + 8) u of the sum of its terms.
 * `error` is twice that or more. Whether a pixel stands out is judged in the same way.
 */
struct judge {
    float gain, chance, least, error;
};

static struct judge judge_of(const wn_spot_params *p)
{
    const double chance = p->gain * p->sigma_background;
    return (struct judge){.gain = (float)p->gain,
                          .chance = (float)(2 * chance * chance),
                          .least = (float)least_pixels(p),
                          .error = 8 * (float)(p->kernel_x + p->kernel_y + 4) * FLT_EPSILON / 2};
}

WN_MULTIVERSION
static void judge_pixels(const struct judge *judge, const float *restrict n,
                         const float *restrict sum, const float *restrict squares,
                         const uint32_t *restrict counts, size_t width, uint8_t *restrict mark)
{
    const float error = judge->error, gain = judge->gain, by_chance = judge->chance;
    const float least = judge->least;
    for (size_t x = 0; x < width; x++) {
        const float all = n[x] * squares[x], mean = sum[x] * sum[x];
        const float counting = gain * sum[x] * (n[x] - 1);
        const float over = all - mean - counting, off = error * (all + mean + counting);
        const float chance = by_chance * mean * (n[x] - 1);
        const float low = over - off, high = over + off;
        const int possible = (high > 0) & (high * high >= chance * (1 - error)) & (n[x] >= least);
        const int sure = possible & (low > 0) & (low * low > chance * (1 + error));
        const int valid = counts[x] != FLAGGED;
        mark[x] = (uint8_t)(valid *
                            (MARK_VALID + possible * MARK_OPEN - sure * (MARK_OPEN - MARK_SIGNAL)));
    }
}

/* Pixels x to before x + n of row y. */
static void judge_block(struct dispersion_screen *s, size_t y, size_t x, size_t n)
{
    const struct judge judge = judge_of(s->params);
    const size_t width = s->pixels->width, rows = 2 * s->radius_y + 1, taps = 2 * s->radius_x + 1;
    float squares[SCREEN_COLUMNS];
    add_up(s->column + x, taps, 1, n, s->window + x);
    add_up(s->column + s->padded + x, taps, 1, n, s->window + width + x);
    add_up(s->column + 2 * s->padded + x, taps, 1, n, squares);
    judge_pixels(&judge, s->window + x, s->window + width + x, squares,
                 s->counts + y % rows * width + x, n, s->mark + x);
}

static void judge_reals(struct dispersion_screen *s, size_t y)
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
        judge_reals(s, y);
        return;
    }
    const size_t width = s->pixels->width, rows = 2 * s->radius_y + 1;
    float *column = s->column + s->radius_x;
    for (; s->next <= y + s->radius_y; s->next++)
        take_row(s, s->next);
    convert(s->column_n, width, column);
    convert(s->column_sum, width, column + s->padded);
    add_up(s->squares, rows, width, width, column + 2 * s->padded);
    for (size_t x = 0; x < width; x += SCREEN_COLUMNS)
        judge_block(s, y, x, at_most(width - x, SCREEN_COLUMNS));
}

/* ---- outstanding pixels -------------------------------------------------------------------- */

WN_MULTIVERSION
static void open_outstanding(const struct judge *judge, float sigma, const float *restrict n,
                             const float *restrict sum, const uint32_t *restrict counts,
                             size_t width, uint8_t *restrict mark)
{
    const float error = judge->error, by_chance = sigma * sigma * judge->gain;
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
    const struct judge judge = judge_of(s->params);
    const size_t width = s->pixels->width;
    const uint32_t *counts = s->counts + y % (2 * s->radius_y + 1) * width;
    for (size_t x = 0; x < width; x += SCREEN_FEW_COLUMNS) {
        const size_t n = at_most(width - x, SCREEN_FEW_COLUMNS);
        if (any_in_signal(s->mark + x, n))
            open_outstanding(&judge, (float)s->params->sigma_strong, s->window + x,
                             s->window + width + x, counts + x, n, s->mark + x);
    }
}
