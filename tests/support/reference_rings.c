/* The finder of ring peaks, pixel by pixel in double precision and without tables, except where
 * single precision decides which of two pixels is higher. */
#include "support/reference_rings.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "geometry/map.h"
#include "image/convolve.h"
#include "spots/ring_background.h"
#include "spots/ring_stamp.h"
#include "support/unit.h"

#define WIDTH 1.1 /* of the filter, pixels */

struct reference_field {
    const struct wn_finder *finder;
    const struct ring_background *background;
    int height, width, reach; /* of the patch */
    struct convolution kernel;
    struct poisson_threshold critical;
    double *value; /* NaN: not usable */
    float *level;
    float *high; /* how far filtered counts stand out, of candidates; else 0 */
};

static bool is_inside(const struct reference_field *f, int x, int y)
{
    return x >= 0 && x < f->width && y >= 0 && y < f->height;
}

static size_t index_of(const struct reference_field *f, int x, int y)
{
    return (size_t)y * (size_t)f->width + (size_t)x;
}

/* The counts of a pixel, and what is expected. NaN outside of the frame as well. */
struct at {
    double value, expected, variance;
};

static struct at look_at(const struct reference_field *f, int x, int y, double offset)
{
    struct at at = {NAN, NAN, NAN};
    if (!is_inside(f, x, y))
        return at;
    const size_t i = index_of(f, x, y), cell = f->finder->map->cell[i];
    const struct ring_background *b = f->background;
    at.value = f->value[i];
    at.expected = (double)b->mean[cell] * f->level[i] + offset;
    at.variance = b->variance ? b->variance[cell] : b->dispersion[cell] * at.expected;
    return at;
}

static double excess_of(const struct at *at)
{
    return at->value - at->expected;
}

static double weight_of(const struct reference_field *f, int dx, int dy)
{
    return (double)f->kernel.weight[abs(dx)] * (double)f->kernel.weight[abs(dy)];
}

/* By a distribution with the mean, variance and third moment of filtered counts. */
static bool filtered_are_far_above(const struct reference_field *f, double excess, double expected,
                                   double dispersion)
{
    double variance = 0, third = 0;
    for (int dy = -f->reach; dy <= f->reach; dy++) {
        for (int dx = -f->reach; dx <= f->reach; dx++) {
            variance += pow(weight_of(f, dx, dy), 2);
            third += pow(weight_of(f, dx, dy), 3);
        }
    }
    const double unit = third / variance, counts = expected / (unit * unit);
    return wn_is_significant(&f->critical, excess / unit + counts, counts, dispersion);
}

/* ---- candidates ---------------------------------------------------------------------------- */

/* Which of two pixels is higher is a matter of single precision: so is this. */
static float narrow_expected(const struct reference_field *f, size_t i)
{
    return f->background->mean[f->finder->map->cell[i]] * f->level[i];
}

static float narrow_excess(const struct reference_field *f, int x, int y)
{
    if (!is_inside(f, x, y) || isnan(f->value[index_of(f, x, y)]))
        return 0;
    const size_t i = index_of(f, x, y);
    if (f->background->variance)
        return (float)(f->value[i] - (double)narrow_expected(f, i));
    return (float)f->value[i] - narrow_expected(f, i);
}

static float filter_line(const struct convolution *k, const float *middle)
{
    float sum = k->weight[0] * middle[0] + k->weight[1] * (middle[-1] + middle[1]);
    if (k->radius == 2)
        sum += k->weight[2] * (middle[-2] + middle[2]);
    return sum;
}

static float filtered_excess(const struct reference_field *f, int x, int y)
{
    float row[5], column[5];
    for (int dx = -2; dx <= 2; dx++) {
        for (int dy = -2; dy <= 2; dy++)
            column[dy + 2] = narrow_excess(f, x + dx, y + dy);
        row[dx + 2] = filter_line(&f->kernel, column + 2);
    }
    return filter_line(&f->kernel, row + 2);
}

static float lowest_dispersion(const struct reference_field *f)
{
    float lowest = f->background->dispersion[0];
    for (size_t i = 1; i < f->finder->map->cells; i++)
        lowest = fminf(lowest, f->background->dispersion[i]);
    return lowest;
}

/* As if 0.7 of the filter had usable pixels. */
static float height_of(const struct reference_field *f, int x, int y, float dispersion)
{
    const size_t i = index_of(f, x, y);
    const float part = (float)(0.7 * pow(wn_convolution_sum(&f->kernel), 2));
    const float excess = filtered_excess(f, x, y), sigma = (float)f->finder->params.significance;
    if (isnan(f->value[i]) || !(excess > 0))
        return 0;
    if (f->background->variance) {
        const float variance = f->background->variance[f->finder->map->cell[i]];
        const bool stands = excess * excess > sigma * sigma * part * variance;
        return stands ? excess / sqrtf(fmaxf(variance, FLT_MIN)) : 0;
    }
    const float variance = narrow_expected(f, i) * dispersion;
    const double expected = (double)part * variance / dispersion;
    return filtered_are_far_above(f, excess, expected, dispersion)
               ? excess / sqrtf(fmaxf(variance, FLT_MIN))
               : 0;
}

static bool is_higher(const struct reference_field *f, size_t one, size_t other)
{
    return f->high[one] > f->high[other] || (f->high[one] == f->high[other] && one < other);
}

static bool is_highest(const struct reference_field *f, int x, int y)
{
    if (f->high[index_of(f, x, y)] == 0)
        return false;
    for (int row = y - f->reach; row <= y + f->reach; row++)
        for (int column = x - f->reach; column <= x + f->reach; column++)
            if (is_inside(f, column, row) &&
                is_higher(f, index_of(f, column, row), index_of(f, x, y)))
                return false;
    return true;
}

/* ---- surroundings -------------------------------------------------------------------------- */

static int ascending(const void *one, const void *other)
{
    const double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

/* Clipped about `start`; `sigma` gets that of the mean. Of counts, those that are more vary more.
 */
static double clipped_mean(bool real, const double *excess, const double *variance, size_t n,
                           double start, size_t *used, double *sigma)
{
    double sum = 0, sum_of_variances = 0;
    *used = 0;
    for (size_t i = 0; i < n; i++) {
        const double spread = variance[i] + (start > 0 && !real ? start : 0);
        if (fabs(excess[i] - start) <= 3 * sqrt(spread) + (real ? 0 : 1)) {
            sum += excess[i];
            sum_of_variances += spread;
            *used += 1;
        }
    }
    *sigma = *used > 0 ? sqrt(sum_of_variances) / (double)*used : 0;
    return *used > 0 ? sum / (double)*used : 0;
}

/* In the part of the square that lies from (left, top) to (right, bottom) of its middle. */
static double offset_in(const struct reference_field *f, int x, int y, int left, int right, int top,
                        int bottom, double least)
{
    const bool real = f->background->variance;
    double excess[169] = {0}, variance[169] = {0}, sorted[169] = {0}, sigma;
    size_t n = 0, used;
    for (int row = y + top; row <= y + bottom; row++) {
        for (int column = x + left; column <= x + right; column++) {
            const struct at at = look_at(f, column, row, 0);
            if (isnan(at.value) || (abs(column - x) <= 3 && abs(row - y) <= 3))
                continue;
            variance[n] = at.variance;
            sorted[n] = excess[n] = excess_of(&at);
            n++;
        }
    }
    double mean = clipped_mean(real, excess, variance, n, 0, &used, &sigma);
    qsort(sorted, n, sizeof *sorted, ascending);
    if (4 * used < 3 * n)
        mean = sorted[n / 2];
    mean = clipped_mean(real, excess, variance, n, mean, &used, &sigma);
    return mean > least * sigma ? mean : 0;
}

static double highest_offset(const struct reference_field *f, int x, int y)
{
    const double above =
        fmax(offset_in(f, x, y, -6, 0, -6, 0, 5), offset_in(f, x, y, 0, 6, -6, 0, 5));
    const double below =
        fmax(offset_in(f, x, y, -6, 0, 0, 6, 5), offset_in(f, x, y, 0, 6, 0, 6, 5));
    return fmax(above, below);
}

/* ---- peaks --------------------------------------------------------------------------------- */

/* The filter about a pixel: weights times any of the three. */
struct filtered {
    double excess, background;
};

static struct filtered filtered_at(const struct reference_field *f, int x, int y, double offset)
{
    struct filtered sums = {0, 0};
    for (int dy = -f->reach; dy <= f->reach; dy++) {
        for (int dx = -f->reach; dx <= f->reach; dx++) {
            const struct at at = look_at(f, x + dx, y + dy, offset);
            if (isnan(at.value))
                continue;
            sums.excess += weight_of(f, dx, dy) * excess_of(&at);
            sums.background += weight_of(f, dx, dy) * at.variance;
        }
    }
    return sums;
}

static bool is_significant(const struct reference_field *f, int x, int y, double offset)
{
    const struct filtered sums = filtered_at(f, x, y, offset);
    const struct ring_background *b = f->background;
    if (b->variance)
        return sums.excess > f->finder->params.significance * sqrt(sums.background);
    const double dispersion = b->dispersion[f->finder->map->cell[index_of(f, x, y)]];
    const double expected = sums.background / dispersion;
    return filtered_are_far_above(f, sums.excess, expected, dispersion);
}

static bool is_far_above(const struct reference_field *f, int x, int y, double offset, double sigma)
{
    const struct at at = look_at(f, x, y, offset);
    return excess_of(&at) > 0 && excess_of(&at) >= sigma * sqrt(at.variance);
}

/* Clear and count the pixels of a patch that are connected with one. */
static int take_group(bool above[5][5], int x, int y)
{
    if (x < 0 || x > 4 || y < 0 || y > 4 || !above[y][x])
        return 0;
    int n = 1;
    above[y][x] = false;
    for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++)
            n += take_group(above, x + dx, y + dy);
    return n;
}

static bool is_connected(const struct reference_field *f, int x, int y, double offset)
{
    const wn_spot_params *p = &f->finder->params;
    bool above[5][5] = {{false}};
    int largest = 0;
    for (int dy = -f->reach; dy <= f->reach; dy++)
        for (int dx = -f->reach; dx <= f->reach; dx++)
            above[dy + 2][dx + 2] = is_far_above(f, x + dx, y + dy, offset, p->cutoff);
    for (int i = 0; i < 25; i++) {
        const int n = take_group(above, i % 5, i / 5);
        largest = n > largest ? n : largest;
    }
    return largest >= p->connected;
}

static void find_peaks(const struct reference_field *f, struct plain_ring_peaks *r)
{
    for (int y = 0; y < f->height; y++) {
        for (int x = 0; x < f->width; x++) {
            if (!is_highest(f, x, y))
                continue;
            const double offset = offset_in(f, x, y, -6, 6, -6, 6, 3);
            if (!is_significant(f, x, y, offset) || !is_connected(f, x, y, offset) ||
                !is_significant(f, x, y, highest_offset(f, x, y)))
                continue;
            r->offset[r->peaks] = offset;
            r->index[r->peaks++] = (uint32_t)index_of(f, x, y);
        }
    }
}

/* ---- positions ----------------------------------------------------------------------------- */

/* Along x or y: the maximum of a parabola through logarithms. */
static void place_along(const struct reference_field *f, int x, int y, bool along_y, double offset,
                        double *position, double *variance)
{
    double value[3], slopes = 0;
    for (int i = -1; i <= 1; i++)
        value[i + 1] = filtered_at(f, along_y ? x : x + i, along_y ? y + i : y, offset).excess;
    for (int dy = -f->reach; dy <= f->reach; dy++) {
        for (int dx = -f->reach; dx <= f->reach; dx++) {
            const struct at at = look_at(f, x + dx, y + dy, offset);
            const double slope = weight_of(f, dx, dy) * (along_y ? dy : dx) / (WIDTH * WIDTH);
            if (!isnan(at.value))
                slopes += slope * slope * (at.variance + fmax(excess_of(&at), 0));
        }
    }
    const double curvature = log(value[1]) * 2 - log(value[0]) - log(value[2]);
    const double step = 0.5 * (log(value[2]) - log(value[0])) / curvature;
    const bool good = value[0] > 0 && value[1] > 0 && value[2] > 0 && curvature > 0;
    *position = (along_y ? y : x) + (good ? fmin(fmax(step, -0.5), 0.5) : 0);
    *variance = good ? slopes / pow(value[1] * curvature, 2) : 1.0 / 12;
}

static void place_peaks(const struct reference_field *f, struct plain_ring_peaks *r)
{
    for (size_t i = 0; i < r->peaks; i++) {
        wn_found_peak *p = &r->peak[i];
        const int x = (int)r->index[i] % f->width, y = (int)r->index[i] / f->width;
        place_along(f, x, y, false, r->offset[i], &p->x, &p->variance_x);
        place_along(f, x, y, true, r->offset[i], &p->y, &p->variance_y);
    }
}

/* ---- owners -------------------------------------------------------------------------------- */

static int distance2(const struct reference_field *f, uint32_t peak, int x, int y)
{
    const int dx = (int)peak % f->width - x, dy = (int)peak / f->width - y;
    return dx * dx + dy * dy;
}

/* The pixels of patches have the nearest peak for owner. They are listed peak by peak. */
static size_t own_patches(const struct reference_field *f, struct plain_ring_peaks *r,
                          uint32_t *list)
{
    size_t n = 0;
    for (uint32_t peak = 0; peak < r->peaks; peak++) {
        const int px = (int)r->index[peak] % f->width, py = (int)r->index[peak] / f->width;
        for (int y = py - f->reach; y <= py + f->reach; y++) {
            for (int x = px - f->reach; x <= px + f->reach; x++) {
                if (!is_inside(f, x, y) || isnan(f->value[index_of(f, x, y)]))
                    continue;
                uint32_t *owner = &r->owner[index_of(f, x, y)];
                const int d = distance2(f, r->index[peak], x, y);
                const int other = *owner ? distance2(f, r->index[*owner - 1], x, y) : INT32_MAX;
                if (*owner == 0)
                    list[n++] = (uint32_t)index_of(f, x, y);
                if (d < other || (d == other && is_higher(f, r->index[peak], r->index[*owner - 1])))
                    *owner = peak + 1;
            }
        }
    }
    return n;
}

/* Step by step away from the patches. */
static void grow(const struct reference_field *f, struct plain_ring_peaks *r, uint32_t *list,
                 size_t n)
{
    const int dx[] = {-1, 1, 0, 0}, dy[] = {0, 0, -1, 1};
    for (size_t i = 0; i < n; i++) {
        const int x = (int)list[i] % f->width, y = (int)list[i] / f->width;
        const uint32_t owner = r->owner[list[i]];
        const double offset = r->offset[owner - 1];
        for (int k = 0; k < 4 && is_far_above(f, x, y, offset, 3); k++) {
            if (!is_inside(f, x + dx[k], y + dy[k]))
                continue;
            const size_t next = index_of(f, x + dx[k], y + dy[k]);
            if (r->owner[next] == 0 && is_far_above(f, x + dx[k], y + dy[k], offset, 3)) {
                r->owner[next] = owner;
                list[n++] = (uint32_t)next;
            }
        }
    }
}

static void describe(const struct reference_field *f, struct plain_ring_peaks *r)
{
    for (int y = 0; y < f->height; y++) {
        for (int x = 0; x < f->width; x++) {
            const size_t i = index_of(f, x, y);
            if (r->owner[i] == 0)
                continue;
            const uint32_t spot = r->owner[i] - 1;
            const double offset = r->offset[spot];
            const struct at at = look_at(f, x, y, offset);
            const bool strong =
                r->index[spot] == i || is_far_above(f, x, y, offset, f->finder->params.cutoff);
            r->found[i] = (wn_found_pixel){.index = (uint32_t)i,
                                           .spot = spot,
                                           .value = at.value,
                                           .expected = at.expected,
                                           .variance = at.variance + fmax(excess_of(&at), 0),
                                           .bits = strong ? WN_FOUND_STRONG : 0};
        }
    }
}

/* ---- all together -------------------------------------------------------------------------- */

static struct reference_field field_of(const struct wn_finder *finder, const struct pixels *pixels,
                                       const struct ring_background *background)
{
    const wn_map *map = finder->map;
    const size_t n = (size_t)map->height * map->width;
    struct reference_field f = {.finder = finder,
                                .background = background,
                                .height = (int)map->height,
                                .width = (int)map->width,
                                .reach = finder->params.patch / 2,
                                .kernel =
                                    wn_convolution_make(WIDTH, (size_t)finder->params.patch / 2),
                                .value = unit_alloc(n * sizeof *f.value),
                                .level = unit_alloc(n * sizeof *f.level),
                                .high = unit_alloc(n * sizeof *f.high)};
    struct local_scale levels = {0};
    wn_poisson_threshold_make(finder->params.significance, &f.critical);
    if (!background->variance)
        ck_assert_int_eq(
            wn_local_scale_find(map, pixels, background->mean, background->dispersion, 1, &levels),
            WN_OK);
    for (size_t i = 0; i < n; i++) {
        wn_pixels_reals(pixels, i, 1, &f.value[i]);
        f.level[i] = 1;
    }
    for (size_t y = 0; !background->variance && y < map->height; y++)
        wn_local_scale_of_row(&levels, y, 0, map->width, f.level + y * map->width);
    wn_local_scale_free(&levels);
    const float dispersion = lowest_dispersion(&f);
    for (size_t i = 0; i < n; i++)
        f.high[i] = height_of(&f, (int)(i % map->width), (int)(i / map->width), dispersion);
    return f;
}

struct plain_ring_peaks plain_rings_find(const struct wn_finder *finder,
                                         const struct pixels *pixels,
                                         const struct ring_background *background)
{
    struct reference_field f = field_of(finder, pixels, background);
    const size_t n = (size_t)f.height * (size_t)f.width;
    struct plain_ring_peaks r = {.pixels = n,
                                 .owner = unit_alloc(n * sizeof *r.owner),
                                 .index = unit_alloc(n * sizeof *r.index),
                                 .offset = unit_alloc(n * sizeof *r.offset),
                                 .peak = unit_alloc(n * sizeof *r.peak),
                                 .found = unit_alloc(n * sizeof *r.found)};
    uint32_t *list = unit_alloc(n * sizeof *list);
    find_peaks(&f, &r);
    place_peaks(&f, &r);
    const size_t owned = own_patches(&f, &r, list);
    grow(&f, &r, list, owned);
    describe(&f, &r);
    free(list);
    free(f.value);
    free(f.level);
    free(f.high);
    return r;
}

void plain_rings_free(struct plain_ring_peaks *r)
{
    free(r->owner);
    free(r->index);
    free(r->offset);
    free(r->peak);
    free(r->found);
}
