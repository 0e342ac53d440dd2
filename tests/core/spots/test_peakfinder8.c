/* peakfinder8 against its definition, step by step over whole frames. */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "core/spots/test_peakfinder8.h"
#include "geometry/map.h"
#include "spots/found_list.h"
#include "spots/peakfinder8.h"
#include "support/unit.h"

/* Negative values are nothing special to floats. */
static void lower(struct peakfinder8_scene *s)
{
    for (size_t i = 0; i < s->n; i++) {
        const double value = unit_value(s->array.type, unit_get(&s->array, s->frame, i));
        unit_put(&s->array, s->frame, i, unit_bits(s->array.type, value - 15));
    }
}

static struct peakfinder8_scene scene_of(wn_type type, uint64_t *random)
{
    struct peakfinder8_scene s = {.array = {type, unit_uniform(random) < 0.2, 1,
                                            (uint32_t)unit_integer(random, 1, 40),
                                            (uint32_t)unit_integer(random, 1, 40)}};
    s.n = (size_t)s.array.height * s.array.width;
    const struct unit_scene frames = {
        .seed = unit_random(random),
        .mean = unit_uniform(random) < 0.5 ? 0.3 : 12,
        .dispersion = 1,
        .peaks = (unsigned)unit_integer(random, 0, 8),
        .peak = 6 + 60 * unit_uniform(random),
        .gaps = unit_uniform(random) < 0.7,
    };
    s.frame = unit_frames(&s.array, &frames, NULL);
    if (unit_is_float(type) && unit_uniform(random) < 0.5)
        lower(&s);
    s.valid = unit_alloc(s.n);
    for (size_t i = 0; i < s.n; i++)
        s.valid[i] = unit_uniform(random) < 0.97;

    wn_params *map_params = &s.finder.map_params;
    wn_params_init(map_params);
    map_params->model = WN_MODEL_RADIAL;
    map_params->centre_x = (int32_t)unit_integer(random, -20000, 60000);
    map_params->centre_y = (int32_t)unit_integer(random, -20000, 60000);
    map_params->aspect = unit_uniform(random) < 0.2 ? 1500000 : 0;
    wn_spot_params *params = &s.finder.params;
    wn_spot_params_init(WN_SPOTS_PEAKFINDER8, params);
    const double thresholds[] = {-20, 0, 2, 10};
    params->threshold = thresholds[unit_integer(random, 0, 3)];
    params->min_snr = 0.5 * (double)unit_integer(random, 0, 10);
    params->min_pixels = (int)unit_integer(random, 1, 3);
    params->max_pixels = unit_uniform(random) < 0.5 ? 200 : params->min_pixels + 2;
    params->local_background = (int)unit_integer(random, 1, 4);
    s.finder.saturation = (double)NAN;
    scene_map(&s);
    return s;
}

/* ---- the plain version --------------------------------------------------------------------- */

#define CLOSE 1e-9

/* A frame as CrystFEL sees it. */
struct plain_peakfinder8 {
    const struct peakfinder8_scene *scene;
    const wn_spot_params *params;
    int64_t width, height;
    double *value;        /* [n] NaN: not usable */
    int *radius;          /* [n] */
    double *mean, *limit; /* [n] of the radius of each pixel */
    int *group;           /* [n] number, from 1 on; 0: in none */
    bool unclear;         /* rounding decides something */
};

/* Whether a value lies where rounding decides about it; the threshold is exact. */
static bool is_close(const struct plain_peakfinder8 *p, double value, double limit)
{
    return limit != p->params->threshold && fabs(value - limit) < CLOSE;
}

/* Whether `value` is above the limit. */
static bool exceeds(struct plain_peakfinder8 *p, double value, double limit)
{
    p->unclear = p->unclear || fabs(value - limit) < CLOSE * (1 + fabs(limit));
    return value > limit;
}

static int radius_of_pixel(const struct peakfinder8_scene *s, int64_t column, int64_t row)
{
    const wn_params *m = &s->finder.map_params;
    const double aspect = m->aspect > 0 ? m->aspect / 1e6 : 1;
    /* From the corner of the pixel to the beam, counted from the corner of the first pixel. */
    const double x = trunc((double)column - (m->centre_x / 1e3 + 0.5));
    const double y = trunc(((double)row - (m->centre_y / 1e3 + 0.5)) * aspect);
    return (int)rintf((float)sqrt(x * x + y * y));
}

/* What is left of a radius after five cycles. */
static void clip_radius(struct plain_peakfinder8 *p, int radius, double *mean, double *limit)
{
    double low = -1e9, high = 1e9, spread = 0;
    for (int cycle = 0; cycle < 5; cycle++) {
        double n = 0, sum = 0, squares = 0;
        for (int pass = 0; pass < 2; pass++) {
            for (size_t i = 0; i < p->scene->n; i++) {
                const double v = p->value[i];
                if (p->radius[i] != radius || isnan(v))
                    continue;
                if (spread > 0 && (is_close(p, v, low) || is_close(p, v, high)))
                    p->unclear = true;
                if (!(v > low && v < high))
                    continue;
                n += pass == 0;
                sum += pass == 0 ? v : 0;
                squares += pass == 1 ? (v - sum / n) * (v - sum / n) : 0;
            }
        }
        *mean = n > 0 ? sum / n : 0;
        spread = n > 0 ? sqrt(squares / n) : 0;
        low = n > 0 ? *mean - p->params->min_snr * spread : FLT_MIN;
        high = n > 0 ? fmax(*mean + p->params->min_snr * spread, p->params->threshold) : FLT_MAX;
    }
    for (size_t i = 0; i < p->scene->n; i++) {
        if (p->radius[i] == radius && spread > 0 && is_close(p, p->value[i], high))
            p->unclear = true;
    }
    *limit = high;
}

static struct plain_peakfinder8 plain_of(const struct peakfinder8_scene *s)
{
    struct plain_peakfinder8 p = {
        .scene = s,
        .params = &s->finder.params,
        .width = s->array.width,
        .height = s->array.height,
        .value = unit_alloc(s->n * sizeof *p.value),
        .radius = unit_alloc(s->n * sizeof *p.radius),
        .mean = unit_alloc(s->n * sizeof *p.mean),
        .limit = unit_alloc(s->n * sizeof *p.limit),
        .group = unit_alloc(s->n * sizeof *p.group),
    };
    wn_pixel_values(&s->array, s->frame, 0, s->n, p.value);
    for (int64_t i = 0; i < (int64_t)s->n; i++) {
        p.radius[i] = radius_of_pixel(s, i % p.width, i / p.width);
        if (!s->valid[i] || p.radius[i] == 0)
            p.value[i] = NAN;
    }
    for (size_t i = 0; i < s->n; i++) {
        size_t same = 0;
        while (p.radius[same] != p.radius[i])
            same++;
        p.mean[i] = p.mean[same];
        p.limit[i] = p.limit[same];
        if (same == i)
            clip_radius(&p, p.radius[i], &p.mean[i], &p.limit[i]);
    }
    return p;
}

static void plain_free(struct plain_peakfinder8 *p)
{
    free(p->value);
    free(p->radius);
    free(p->mean);
    free(p->limit);
    free(p->group);
}

/* Whether one of the eight neighbours is in the group. */
static bool touches(const struct plain_peakfinder8 *p, int64_t i, int group)
{
    for (int64_t y = i / p->width - 1; y <= i / p->width + 1; y++)
        for (int64_t x = i % p->width - 1; x <= i % p->width + 1; x++)
            if (x >= 0 && x < p->width && y >= 0 && y < p->height &&
                p->group[y * p->width + x] == group)
                return true;
    return false;
}

/* Spread a group over all that is connected with it; returns its size. */
static int spread_group(struct plain_peakfinder8 *p, int group)
{
    int n = 1;
    bool grown = true;
    while (grown) {
        grown = false;
        for (int64_t i = 0; i < (int64_t)p->scene->n; i++) {
            if (p->group[i] != 0 || !(p->value[i] > p->limit[i]) || !touches(p, i, group))
                continue;
            p->group[i] = group;
            grown = true;
            n++;
        }
    }
    return n;
}

/* The whole number next to a coordinate. */
static int64_t next_whole(struct plain_peakfinder8 *p, double coordinate)
{
    p->unclear = p->unclear || fabs(coordinate - floor(coordinate) - 0.5) < 1e-4;
    return (int64_t)rint(coordinate);
}

/* Mean, spread and highest value of what surrounds a pixel. */
static void look_around(const struct plain_peakfinder8 *p, int64_t column, int64_t row,
                        double *mean, double *spread, double *highest)
{
    const int64_t reach = 2 * p->params->local_background;
    double n = 0, sum = 0, squares = 0;
    *highest = 0;
    for (int64_t dy = -reach; dy < reach; dy++) {
        for (int64_t dx = -reach; dx < reach; dx++) {
            const int64_t x = column + dx, y = row + dy, i = y * p->width + x;
            if (x < 0 || x >= p->width || y < 0 || y >= p->height ||
                hypot((double)dx, (double)dy) > (double)reach || p->group[i] != 0 ||
                !(p->value[i] < p->limit[i]))
                continue;
            n++;
            sum += p->value[i];
            squares += p->value[i] * p->value[i];
            *highest = fmax(*highest, p->value[i]);
        }
    }
    *mean = n > 0 ? sum / n : p->mean[row * p->width + column];
    *spread = n > 0 ? sqrt(fmax(squares / n - *mean * *mean, 0)) : 0.01;
}

/* Whether a group of n pixels is a peak, and its local background. */
static bool plain_is_peak(struct plain_peakfinder8 *p, int group, int n, double *mean,
                          double *spread)
{
    if (n < p->params->min_pixels || n > p->params->max_pixels)
        return false;
    double weight = 0, column = 0, row = 0;
    for (int64_t i = 0; i < (int64_t)p->scene->n; i++) {
        const double w = p->group[i] == group ? fabs(p->value[i] - p->mean[i]) : 0;
        weight += w;
        column += w * (double)(i % p->width);
        row += w * (double)(i / p->width);
    }
    if (weight < 1e-10)
        return false;
    double around;
    const int64_t middle_x = next_whole(p, column / weight), middle_y = next_whole(p, row / weight);
    look_around(p, middle_x, middle_y, mean, spread, &around);

    double sum = 0, raw = 0, x = 0, y = 0, highest = 0;
    for (int64_t i = 0; i < (int64_t)p->scene->n; i++) {
        const double v = p->group[i] == group ? p->value[i] : 0;
        sum += p->group[i] == group ? v - *mean : 0;
        raw += v;
        x += v * (double)(i % p->width);
        y += v * (double)(i / p->width);
        highest = p->group[i] == group ? fmax(highest, v - *mean) : highest;
    }
    const double snr = *spread > 1e-10 ? sum / *spread : 0;
    if (fabs(raw) < 1e-10 || (*spread > 0 && !exceeds(p, snr, p->params->min_snr)) ||
        (!(*spread > 0) && p->params->min_snr > 0) || highest < around - *mean)
        return false;
    const double x_mean = x / fabs(raw), y_mean = y / fabs(raw);
    return x_mean >= 0 && x_mean <= (double)p->width - 1 && y_mean >= 0 &&
           y_mean <= (double)p->height - 1;
}

/* ---- the rules ----------------------------------------------------------------------------- */

/* The peak's pixels as they should be, in the order of their index. */
static void expect_peak(const struct plain_peakfinder8 *p, int group, uint32_t spot, double mean,
                        double spread, struct found_list *expected)
{
    for (size_t i = 0; i < p->scene->n; i++) {
        if (p->group[i] != group)
            continue;
        const double variance = spread * spread + fmax(p->value[i] - mean, 0);
        const wn_found_pixel pixel = {(uint32_t)i, spot,     p->value[i],
                                      mean,        variance, WN_FOUND_STRONG};
        wn_found_list_add(expected, &pixel);
    }
}

static uint32_t plain_peaks(struct plain_peakfinder8 *p, struct found_list *expected)
{
    uint32_t peaks = 0;
    int group = 0;
    for (int64_t y = 1; y + 1 < p->height; y++) {
        for (int64_t x = 1; x + 1 < p->width; x++) {
            const int64_t i = y * p->width + x;
            if (p->group[i] != 0 || !(p->value[i] > p->limit[i]))
                continue;
            p->group[i] = ++group;
            double mean, spread;
            const int n = spread_group(p, group);
            if (plain_is_peak(p, group, n, &mean, &spread))
                expect_peak(p, group, peaks++, mean, spread, expected);
        }
    }
    return peaks;
}

static double plain_background(const struct plain_peakfinder8 *p)
{
    double sum = 0, n = 0, value;
    for (size_t i = 0; i < p->scene->n; i++) {
        wn_pixel_values(&p->scene->array, p->scene->frame, i, 1, &value);
        if (isnan(value) || !p->scene->valid[i] || p->radius[i] == 0)
            continue;
        sum += p->mean[i];
        n++;
    }
    return n > 0 ? sum / n : 0;
}

/* Returns the number of peaks; -1 if rounding decides. */
static int check_scene(const struct peakfinder8_scene *s)
{
    struct plain_peakfinder8 p = plain_of(s);
    struct found_list expected = {0};
    const uint32_t peaks = plain_peaks(&p, &expected);
    double background;
    struct found_list got = find(s, &background);
    const bool unclear = p.unclear;
    if (!unclear) {
        const double mean = plain_background(&p);
        EXPECT(fabs(background - mean) <= 1e-9 * (1 + fabs(mean)), "%g, not %g", background, mean);
        ck_assert_uint_eq(got.n, expected.n);
    }
    for (size_t i = 0; i < got.n && !unclear; i++) {
        const wn_found_pixel *a = &got.pixel[i], *b = &expected.pixel[i];
        ck_assert_uint_eq(a->index, b->index);
        ck_assert_uint_eq(a->spot, b->spot);
        ck_assert_uint_eq(a->bits, b->bits);
        ck_assert_double_eq(a->value, b->value);
        EXPECT(fabs(a->expected - b->expected) <= 1e-9 * (1 + fabs(b->expected)), "%g, not %g",
               a->expected, b->expected);
        EXPECT(fabs(a->variance - b->variance) <= 1e-9 * (1 + b->variance), "%g, not %g",
               a->variance, b->variance);
    }
    wn_found_list_free(&got);
    wn_found_list_free(&expected);
    plain_free(&p);
    return unclear ? -1 : (int)peaks;
}

START_TEST(the_definition)
{
    uint64_t random = 5;
    int peaks = 0, clear = 0;
    for (int i = 0; i < 5000; i++) {
        const wn_type type = i % 4 == 0 ? WN_F32 : i % 4 == 1 ? WN_I16 : WN_U32;
        struct peakfinder8_scene s = scene_of(type, &random);
        const int n = check_scene(&s);
        scene_free(&s);
        clear += n >= 0;
        peaks += n > 0 ? n : 0;
    }
    ck_assert_int_gt(clear, 3000);
    ck_assert_int_gt(peaks, 3500);
}
END_TEST

UNIT_MAIN(the_definition)
