/* pyFAI's peak finder against its rules, pixel by pixel on small frames full of ties, masked pixels
 * and edges. */
#include <math.h>
#include <stdlib.h>

#include "geometry/map.h"
#include "spots/found_list.h"
#include "spots/pyfai_peaks.h"
#include "support/unit.h"

#define BORDER 2 /* of the widest patch */

struct pyfai_scene {
    wn_array array;
    void *frame;
    uint8_t *valid;
    wn_params map_params;
    wn_spot_params params;
    wn_map *map;
};

static struct pyfai_scene scene_of(wn_type type, uint64_t *random)
{
    struct pyfai_scene s = {.array = {type, false, 1, (uint32_t)unit_integer(random, 3, 40),
                                      (uint32_t)unit_integer(random, 3, 40)}};
    const uint32_t height = s.array.height, width = s.array.width;
    const struct unit_scene frames = {
        .seed = unit_random(random),
        .mean = unit_uniform(random) < 0.5 ? 0.3 : 12,
        .dispersion = 1,
        .peaks = (unsigned)unit_integer(random, 0, 12),
        .peak = 6 + 40 * unit_uniform(random),
        .gaps = unit_uniform(random) < 0.7,
    };
    s.frame = unit_frames(&s.array, &frames, NULL);
    s.valid = unit_alloc((size_t)height * width);
    for (size_t i = 0; i < (size_t)height * width; i++)
        s.valid[i] = unit_uniform(random) < 0.97;

    wn_params_init(&s.map_params);
    s.map_params.compat_pyfai = true;
    s.map_params.error_model = WN_ERROR_POISSON + (unsigned)unit_integer(random, 0, 2);
    s.map_params.centre_x = (int32_t)unit_integer(random, -5000, 45000);
    s.map_params.centre_y = (int32_t)unit_integer(random, -5000, 45000);
    s.map_params.bins = (int32_t)unit_integer(random, 1, 9);
    if (unit_uniform(random) < 0.3) {
        s.map_params.distance = 30000;
        s.map_params.solid_angle = true;
    }
    wn_spot_params_init(WN_SPOTS_PYFAI, &s.params);
    s.params.patch = unit_uniform(random) < 0.5 ? 3 : 5;
    s.params.connected = (int)unit_integer(random, 1, 6);
    s.params.cutoff = 0.5 * (double)unit_integer(random, 0, 7);
    s.params.noise = 0.5 * (double)unit_integer(random, 0, 2);
    s.params.pixel_size = unit_uniform(random) < 0.5 ? 75e-6 : 1;
    ck_assert_int_eq(wn_map_create(&s.map_params, height, width, s.valid, &s.map), WN_OK);
    return s;
}

static void scene_free(struct pyfai_scene *s)
{
    wn_map_free(s->map);
    free(s->frame);
    free(s->valid);
}

/* ---- the plain version --------------------------------------------------------------------- */

/* Residuals and noise of a frame with a border where there are no pixels. */
struct planes {
    size_t width; /* with the border */
    float *signal, *noise, *mean;
};

static float between_rings(const double *value, float position, size_t rings)
{
    const size_t i = (size_t)position;
    if (i + 1 >= rings)
        return (float)value[rings - 1];
    const float f = position - (float)i;
    return (1 - f) * (float)value[i] + f * (float)value[i + 1];
}

static void set_pixel(struct planes *p, size_t to, const struct pyfai_scene *s, size_t pixel,
                      const double *mean, const double *sigma)
{
    const double unit = s->params.pixel_size;
    const double dx = (double)(pixel % s->array.width) - s->map_params.centre_x / 1e3;
    const double dy = (double)(pixel / s->array.width) - s->map_params.centre_y / 1e3;
    const size_t rings = wn_map_regions(s->map);
    const float radius = (float)(sqrt(dx * dx + dy * dy) * unit);
    const float first = (float)(wn_map_radius(s->map, 0) * unit);
    const float second = (float)(wn_map_radius(s->map, 1) * unit);
    const float position = (radius - first) / (second - first);
    const float clamped = fminf(fmaxf(position, 0), (float)rings - 1);
    p->mean[to] = between_rings(mean, clamped, rings);
    const float spread = between_rings(sigma, clamped, rings), floor = (float)s->params.noise;
    p->noise[to] = sqrtf(spread * spread + floor * floor);

    const double d = s->map_params.distance / 1e3;
    const double cosine = d / sqrt(d * d + dx * dx + dy * dy);
    const float norm = s->map_params.solid_angle ? (float)(cosine * cosine * cosine) : 1;
    double value;
    wn_pixel_values(&s->array, s->frame, pixel, 1, &value);
    p->signal[to] = isnan(value) ? 0 : (float)value / norm - p->mean[to];
    if (!s->valid[pixel]) {
        p->signal[to] = -INFINITY;
        p->noise[to] = floor;
    }
}

static struct planes planes_of(const struct pyfai_scene *s, const double *mean, const double *sigma)
{
    const size_t width = s->array.width + 2 * BORDER, height = s->array.height + 2 * BORDER;
    struct planes p = {
        .width = width,
        .signal = unit_alloc(width * height * sizeof *p.signal),
        .noise = unit_alloc(width * height * sizeof *p.noise),
        .mean = unit_alloc(width * height * sizeof *p.mean),
    };
    for (size_t i = 0; i < width * height; i++)
        p.signal[i] = -1;
    for (size_t i = 0; i < (size_t)s->array.height * s->array.width; i++) {
        const size_t row = i / s->array.width + BORDER, column = i % s->array.width + BORDER;
        set_pixel(&p, row * width + column, s, i, mean, sigma);
    }
    return p;
}

/* Pixel i of a patch. */
static size_t in_patch(const struct planes *p, const struct pyfai_scene *s, size_t centre, int i)
{
    const int edge = s->params.patch, row = i / edge - edge / 2, column = i % edge - edge / 2;
    return (size_t)((int64_t)centre + row * (int64_t)p->width + column);
}

static bool above_cutoff(const struct planes *p, const struct pyfai_scene *s, size_t i)
{
    return p->signal[i] > 0 && p->signal[i] >= (float)s->params.cutoff * p->noise[i];
}

static bool plain_is_peak(const struct planes *p, const struct pyfai_scene *s, size_t centre)
{
    if (!above_cutoff(p, s, centre))
        return false;
    float maximum = 0;
    int active = 0;
    for (int k = 0; k < s->params.patch * s->params.patch; k++) {
        const size_t i = in_patch(p, s, centre, k);
        if (p->noise[i] == 0 && p->signal[i] <= 0)
            return false;
        maximum = fmaxf(maximum, p->signal[i]);
        active += above_cutoff(p, s, i);
    }
    return p->signal[centre] == maximum && active >= s->params.connected;
}

/* Compares the peak with the next pixels of the list; returns how many they are. */
static size_t check_peak(const struct planes *p, const struct pyfai_scene *s, size_t centre,
                         uint32_t spot, const struct found_list *list, size_t next)
{
    size_t n = 0;
    for (int k = 0; k < s->params.patch * s->params.patch; k++) {
        const size_t i = in_patch(p, s, centre, k);
        if (!(p->signal[i] > 0))
            continue;
        ck_assert_uint_lt(next + n, list->n);
        const wn_found_pixel *got = &list->pixel[next + n++];
        const size_t row = i / p->width - BORDER, column = i % p->width - BORDER;
        ck_assert_uint_eq(got->index, row * s->array.width + column);
        ck_assert_uint_eq(got->spot, spot);
        ck_assert_uint_eq(got->bits, above_cutoff(p, s, i) ? WN_FOUND_STRONG : 0);
        const double noise = p->noise[i], signal = p->signal[i];
        ck_assert_double_eq(got->expected, p->mean[i]);
        ck_assert_double_eq(got->value, got->expected + signal);
        ck_assert_double_eq(got->variance, noise * noise);
    }
    return n;
}

static double plain_background(const struct pyfai_scene *s, const double *mean)
{
    double sum = 0, n = 0;
    for (size_t i = 0; i < (size_t)s->array.height * s->array.width; i++) {
        double value;
        wn_pixel_values(&s->array, s->frame, i, 1, &value);
        if (isnan(value) || !s->valid[i])
            continue;
        sum += mean[wn_map_region_of(s->map, i)];
        n++;
    }
    return n > 0 ? sum / n : 0;
}

/* Returns how many peaks there are. */
static uint32_t check_scene(const struct pyfai_scene *s)
{
    wn_separation *separation;
    ck_assert_int_eq(wn_separate(s->map, &s->map_params, &s->array, s->frame, 1, &separation),
                     WN_OK);
    const size_t rings = separation->regions;
    double *mean = unit_alloc(rings * sizeof *mean), *sigma = unit_alloc(rings * sizeof *sigma);
    for (size_t i = 0; i < rings; i++) {
        mean[i] = separation->background[i].mean;
        sigma[i] = separation->background[i].sigma;
    }
    const struct wn_finder finder = {s->params, s->map, s->map_params, (double)NAN};
    const struct pixels pixels =
        wn_pixels_of_frame(&s->array, s->frame, s->map->valid, &s->map_params);
    struct found_list list = {0};
    double background;
    ck_assert_int_eq(wn_find_pyfai_peaks(&finder, &pixels, &list, &background), WN_OK);
    ck_assert(!list.failed);

    struct planes planes = planes_of(s, mean, sigma);
    uint32_t peaks = 0;
    size_t next = 0;
    for (size_t i = 0; i < (size_t)s->array.height * s->array.width; i++) {
        const size_t row = i / s->array.width + BORDER, column = i % s->array.width + BORDER;
        const size_t centre = row * planes.width + column;
        if (plain_is_peak(&planes, s, centre))
            next += check_peak(&planes, s, centre, peaks++, &list, next);
    }
    ck_assert_uint_eq(next, list.n);
    const double norm_span = s->map_params.solid_angle ? 1 : 1e-9;
    const double expected = plain_background(s, mean);
    EXPECT(fabs(background - expected) <= norm_span * fabs(expected) + 1e-12, "%g, not %g",
           background, expected);
    free(planes.signal);
    free(planes.noise);
    free(planes.mean);
    free(mean);
    free(sigma);
    wn_found_list_free(&list);
    wn_separation_free(separation);
    return peaks;
}

/* ---- tests --------------------------------------------------------------------------------- */

START_TEST(the_rules)
{
    uint64_t random = 11;
    uint32_t peaks = 0;
    for (int i = 0; i < 4000; i++) {
        const wn_type type = i % 4 == 0 ? WN_F32 : i % 4 == 1 ? WN_I16 : WN_U32;
        struct pyfai_scene s = scene_of(type, &random);
        peaks += check_scene(&s);
        scene_free(&s);
    }
    ck_assert_uint_gt(peaks, 4000);
}
END_TEST

/* A frame of one count everywhere, and some pixels of more; rings of 1 and the Poisson model, so
 * that mean and spread are 1. */
static size_t peaks_of(const uint8_t *more, size_t n, const uint8_t *valid, double noise)
{
    uint8_t frame[15 * 15];
    for (size_t i = 0; i < sizeof frame; i++)
        frame[i] = 1;
    for (size_t i = 0; i < n; i++)
        frame[more[i]] = 50;
    const wn_array array = {WN_U8, false, 1, 15, 15};
    struct wn_finder finder = {.saturation = (double)NAN};
    wn_params_init(&finder.map_params);
    finder.map_params.compat_pyfai = true;
    finder.map_params.error_model = WN_ERROR_POISSON;
    finder.map_params.centre_x = finder.map_params.centre_y = 7000;
    finder.map_params.bins = 1;
    wn_spot_params_init(WN_SPOTS_PYFAI, &finder.params);
    finder.params.connected = 1;
    finder.params.noise = noise;
    wn_map *map;
    ck_assert_int_eq(wn_map_create(&finder.map_params, 15, 15, valid, &map), WN_OK);
    finder.map = map;
    const struct pixels pixels = wn_pixels_of_frame(&array, frame, map->valid, &finder.map_params);
    struct found_list list = {0};
    double background;
    ck_assert_int_eq(wn_find_pyfai_peaks(&finder, &pixels, &list, &background), WN_OK);
    const size_t peaks = list.n > 0 ? list.pixel[list.n - 1].spot + 1 : 0;
    wn_found_list_free(&list);
    wn_map_free(map);
    return peaks;
}

START_TEST(ties_are_two_peaks)
{
    ck_assert_uint_eq(peaks_of((const uint8_t[]){5 * 15 + 5, 5 * 15 + 6}, 2, NULL, 1), 2);
    ck_assert_uint_eq(peaks_of((const uint8_t[]){5 * 15 + 5}, 1, NULL, 1), 1);
}
END_TEST

START_TEST(none_at_the_edge)
{
    ck_assert_uint_eq(peaks_of((const uint8_t[]){5 * 15 + 1}, 1, NULL, 1), 0);
    ck_assert_uint_eq(peaks_of((const uint8_t[]){5 * 15 + 2}, 1, NULL, 1), 1);
    ck_assert_uint_eq(peaks_of((const uint8_t[]){13 * 15 + 5}, 1, NULL, 1), 0);
    ck_assert_uint_eq(peaks_of((const uint8_t[]){12 * 15 + 12}, 1, NULL, 1), 1);
}
END_TEST

/* The defect that is kept: only without a noise floor do masked pixels spoil a patch. */
START_TEST(masked_neighbours)
{
    uint8_t valid[15 * 15];
    for (size_t i = 0; i < sizeof valid; i++)
        valid[i] = i != 6 * 15 + 6;
    ck_assert_uint_eq(peaks_of((const uint8_t[]){5 * 15 + 5}, 1, valid, 1), 1);
    ck_assert_uint_eq(peaks_of((const uint8_t[]){5 * 15 + 5}, 1, valid, 0), 0);
    ck_assert_uint_eq(peaks_of((const uint8_t[]){6 * 15 + 6}, 1, valid, 1), 0);
}
END_TEST

UNIT_MAIN(the_rules, ties_are_two_peaks, none_at_the_edge, masked_neighbours)
