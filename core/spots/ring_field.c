/* Excess over the expected background and its variance: mean of the cell times the local scale,
 * plus, for single pixels, the offset of a peak. Whole rows take the vectorised path. */
#include "spots/ring_field.h"

#include <math.h>

#include "common/simd.h"
#include "geometry/map.h"
#include "spots/ring_background.h"

wn_status wn_ring_field_create(const wn_map *map, const struct pixels *pixels,
                               const struct ring_background *background, struct ring_field *field)
{
    *field = (struct ring_field){.map = map, .pixels = pixels, .background = background};
    field->lowest_dispersion = background->dispersion[0];
    for (size_t i = 1; i < map->cells; i++)
        field->lowest_dispersion = fminf(field->lowest_dispersion, background->dispersion[i]);
    if (background->variance)
        return WN_OK;
    return wn_local_scale_find(map, pixels, background->mean, background->dispersion, 1,
                               &field->scale);
}

void wn_ring_field_free(struct ring_field *field)
{
    wn_local_scale_free(&field->scale);
}

/* ---- rows ---------------------------------------------------------------------------------- */

static void row_of_reals(const struct ring_field *f, size_t first, size_t n, float *excess,
                         float *variance)
{
    const uint16_t *cell = f->map->cell + first;
    double value[SEGMENT];
    wn_pixels_reals(f->pixels, first, n, value);
    for (size_t i = 0; i < n; i++) {
        const bool usable = !isnan(value[i]);
        excess[i] = usable ? (float)(value[i] - f->background->mean[cell[i]]) : 0;
        variance[i] = usable ? f->background->variance[cell[i]] : 0;
    }
}

/* From counts and means to excess and variance, in place. */
WN_MULTIVERSION
static void subtract_background(const float *restrict scale, float dispersion, size_t n,
                                float *restrict excess, float *restrict variance)
{
    for (size_t i = 0; i < n; i++) {
        const float expected = variance[i] * scale[i];
        excess[i] -= expected;
        variance[i] = expected * dispersion;
    }
}

void wn_ring_field_row(const struct ring_field *f, size_t first, size_t n, float *excess,
                       float *variance)
{
    const size_t width = f->map->width;
    float scale[SEGMENT];
    if (f->background->variance) {
        row_of_reals(f, first, n, excess, variance);
        return;
    }
    wn_counts_and_means(f->pixels, f->map, f->background->mean, first, n, excess, variance);
    if (f->scale.level) {
        wn_local_scale_of_row(&f->scale, first / width, first % width, n, scale);
    } else {
        for (size_t i = 0; i < n; i++)
            scale[i] = 1;
    }
    subtract_background(scale, f->lowest_dispersion, n, excess, variance);
}

/* ---- single pixels ------------------------------------------------------------------------- */

static void segment_of_reals(const struct ring_field *f, size_t first, size_t n, double offset,
                             struct pixel_state *pixel)
{
    const struct ring_background *b = f->background;
    double value[MAX_FIELD_SEGMENT];
    wn_pixels_reals(f->pixels, first, n, value);
    for (size_t i = 0; i < n; i++) {
        const size_t cell = f->map->cell[first + i];
        pixel[i] = (struct pixel_state){.usable = !isnan(value[i])};
        if (!pixel[i].usable)
            continue;
        pixel[i].value = value[i];
        pixel[i].expected = b->mean[cell] + offset;
        pixel[i].variance = b->variance[cell];
    }
}

void wn_ring_field_segment(const struct ring_field *f, size_t first, size_t n, double offset,
                           struct pixel_state *pixel)
{
    const struct ring_background *b = f->background;
    const size_t width = f->map->width;
    uint32_t buffer[MAX_FIELD_SEGMENT];
    float scale[MAX_FIELD_SEGMENT];
    if (b->variance) {
        segment_of_reals(f, first, n, offset, pixel);
        return;
    }
    const uint32_t *count = wn_pixels_counts(f->pixels, first, n, buffer);
    if (f->scale.level)
        wn_local_scale_of_row(&f->scale, first / width, first % width, n, scale);
    for (size_t i = 0; i < n; i++) {
        const size_t cell = f->map->cell[first + i];
        pixel[i] = (struct pixel_state){.usable = count[i] != FLAGGED};
        if (!pixel[i].usable)
            continue;
        pixel[i].value = count[i];
        pixel[i].expected = (double)b->mean[cell] * (f->scale.level ? scale[i] : 1) + offset;
        pixel[i].variance = b->dispersion[cell] * pixel[i].expected;
    }
}

struct pixel_state wn_ring_field_at(const struct ring_field *f, size_t index, double offset)
{
    struct pixel_state pixel;
    wn_ring_field_segment(f, index, 1, offset, &pixel);
    return pixel;
}

bool wn_is_above(const struct pixel_state *pixel, double sigma)
{
    const double excess = pixel->value - pixel->expected;
    return pixel->usable && excess > 0 && excess >= sigma * sqrt(pixel->variance);
}

struct pixel_window wn_pixel_window_around(const wn_map *map, size_t index, size_t reach)
{
    const size_t x = index % map->width, y = index / map->width;
    return (struct pixel_window){x,
                                 y,
                                 x > reach ? x - reach : 0,
                                 at_most(x + reach + 1, map->width),
                                 y > reach ? y - reach : 0,
                                 at_most(y + reach + 1, map->height)};
}
