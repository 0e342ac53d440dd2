/*
 * Against pyFAI: the kept pixels, the profiles and the peaks of its newest kernels (oracle files),
 * and what winnow's own defaults do differently.
 *
 *     shared_oracle DATA      the folder with eiger4m/ and oracle/; exits with 77 if it is not
 * there
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "geometry/map.h"
#include "spots/found_list.h"
#include "spots/pyfai_peaks.h"
#include "support/h5frames.h"

#define SKIPPED 77

/* The geometry of both series. */
#define CENTRE_X 1031700
#define CENTRE_Y 1085300
#define DISTANCE 2000000

static char path_buffer[4096];

static const char *path_of(const char *data, const char *format, const char *name)
{
    char relative[1024];
    snprintf(relative, sizeof relative, format, name);
    snprintf(path_buffer, sizeof path_buffer, "%s/%s", data, relative);
    return path_buffer;
}

/* A series: its frames, and which pixels are not masked. */
struct oracle_series {
    struct h5frames frames;
    uint8_t *valid;
    size_t pixels;
};

static struct oracle_series series_read(const char *data, const char *name)
{
    struct oracle_series s = {.frames = h5frames_read(path_of(data, "eiger4m/%s_master.h5", name),
                                                      "/entry/data/data_000001")};
    struct h5frames mask = h5frames_read(path_of(data, "eiger4m/%s_master.h5", name),
                                         "/entry/instrument/detector/detectorSpecific/pixel_mask");
    s.pixels = (size_t)s.frames.array.height * s.frames.array.width;
    s.valid = malloc(s.pixels);
    for (size_t i = 0; s.valid && i < s.pixels; i++)
        s.valid[i] = ((const uint32_t *)mask.data)[i] == 0;
    h5frames_free(&mask);
    return s;
}

static void series_free(struct oracle_series *s)
{
    h5frames_free(&s->frames);
    free(s->valid);
}

static wn_separation *separate_frame(const struct oracle_series *s, const wn_map *map,
                                     const wn_params *params, size_t frame)
{
    wn_array one = s->frames.array;
    one.frames = 1;
    wn_separation *separation;
    const uint32_t *data = s->frames.data;
    const wn_status status =
        wn_separate(map, params, &one, data + frame * s->pixels, 1, &separation);
    if (status != WN_OK) {
        fprintf(stderr, "wn_separate: %s\n", wn_strerror(status));
        exit(1);
    }
    return separation;
}

static wn_map *map_of_series(const struct oracle_series *s, const wn_params *params)
{
    wn_map *map;
    const wn_status status =
        wn_map_create(params, s->frames.array.height, s->frames.array.width, s->valid, &map);
    if (status != WN_OK) {
        fprintf(stderr, "wn_map_create: %s\n", wn_strerror(status));
        exit(1);
    }
    return map;
}

/* Pixels in one of two ascending lists only. */
static size_t symmetric_difference(const uint32_t *a, size_t n_a, const uint32_t *b, size_t n_b)
{
    size_t i = 0, j = 0, different = 0;
    while (i < n_a && j < n_b) {
        if (a[i] == b[j]) {
            i++;
            j++;
        } else {
            different++;
            if (a[i] < b[j])
                i++;
            else
                j++;
        }
    }
    return different + (n_a - i) + (n_b - j);
}

/* ---- peaks --------------------------------------------------------------------------------- */

#define POSITION_TOLERANCE   1.3e-4 /* pixels */
#define INTENSITY_TOLERANCE  3e-7   /* relative; normalised frames, rounded once more: */
#define NORMALISED_TOLERANCE 3.2e-7

/* The peaks of an oracle, and how far ours are from them. */
struct peak_comparison {
    struct h5frames first, index, row, column, intensity, sigma;
    size_t peaks, different;
    double position, sum, spread; /* greatest errors */
};

static struct peak_comparison peaks_read(const char *file)
{
    return (struct peak_comparison){
        .first = h5frames_read(file, "peak_ptr"),
        .index = h5frames_read(file, "peak_index"),
        .row = h5frames_read(file, "peak_pos0"),
        .column = h5frames_read(file, "peak_pos1"),
        .intensity = h5frames_read(file, "peak_intensity"),
        .sigma = h5frames_read(file, "peak_sigma"),
    };
}

static void peaks_free(struct peak_comparison *c)
{
    h5frames_free(&c->first);
    h5frames_free(&c->index);
    h5frames_free(&c->row);
    h5frames_free(&c->column);
    h5frames_free(&c->intensity);
    h5frames_free(&c->sigma);
}

/* The peak whose pixels start at `pixel`, of the n that follow; returns how many are its own. The
 * signal is summed up in float32, as by the kernel. */
static size_t compare_peak(struct peak_comparison *c, size_t k, uint32_t width,
                           const wn_found_pixel *pixel, size_t n)
{
    const uint32_t peak = (uint32_t)((const int32_t *)c->index.data)[k];
    const float *row = c->row.data, *column = c->column.data, *intensity = c->intensity.data,
                *sigma = c->sigma.data;
    float sum = 0, x = 0, y = 0, highest = 0, at_peak = 0;
    double variance = 0;
    size_t i = 0;
    for (; i < n && pixel[i].spot == pixel[0].spot; i++) {
        const float signal = (float)(pixel[i].value - pixel[i].expected);
        sum += signal;
        x += signal * ((float)(pixel[i].index % width) - (float)(peak % width));
        y += signal * ((float)(pixel[i].index / width) - (float)(peak / width));
        variance += pixel[i].variance;
        highest = fmaxf(highest, signal);
        at_peak = pixel[i].index == peak ? signal : at_peak;
    }
    c->different += at_peak != highest;
    const double column_error = (double)(peak % width) + x / sum - column[k];
    const double row_error = (double)(peak / width) + y / sum - row[k];
    c->position = fmax(c->position, fmax(fabs(column_error), fabs(row_error)));
    c->sum = fmax(c->sum, fabs((double)sum / intensity[k] - 1));
    c->spread = fmax(c->spread, fabs(sqrt(variance) / sigma[k] - 1));
    return i;
}

/* The peaks of a frame; they are found in the order of their highest pixels. */
static void compare_peaks(struct peak_comparison *c, const struct oracle_series *s,
                          const wn_map *map, const wn_params *params, size_t frame)
{
    wn_array one = s->frames.array;
    one.frames = 1;
    struct wn_finder finder = {.map = map, .map_params = *params, .saturation = (double)NAN};
    wn_spot_params_init(WN_SPOTS_PYFAI, &finder.params);
    const uint32_t *data = (const uint32_t *)s->frames.data + frame * s->pixels;
    const struct pixels pixels = wn_pixels_of_frame(&one, data, map->valid, params);
    struct found_list list = {0};
    double background;
    const wn_status status = wn_find_pyfai_peaks(&finder, &pixels, &list, &background);
    if (status != WN_OK || list.failed) {
        fprintf(stderr, "pyfai_peaks: %s\n", wn_strerror(status));
        exit(1);
    }
    const size_t n = list.n > 0 ? list.pixel[list.n - 1].spot + 1 : 0;
    const int64_t *first = c->first.data;
    const size_t expected = (size_t)(first[frame + 1] - first[frame]);
    c->peaks += n;
    if (n != expected)
        c->different += n > expected ? n - expected : expected - n;
    size_t k = (size_t)first[frame], i = 0;
    while (n == expected && i < list.n)
        i += compare_peak(c, k++, one.width, list.pixel + i, list.n - i);
    wn_found_list_free(&list);
}

static bool peaks_agree(const struct peak_comparison *c, bool normalised, double sigma_tolerance)
{
    return c->different == 0 && c->position <= POSITION_TOLERANCE &&
           c->sum <= (normalised ? NORMALISED_TOLERANCE : INTENSITY_TOLERANCE) &&
           c->spread <= sigma_tolerance;
}

/* ---- the same parameters give the same result ---------------------------------------------- */

static const struct oracle {
    const char *name, *series;
    wn_error_model error_model;
    bool normalised;
    size_t most_different; /* kept pixels in one of the two sets only, per frame */
    double sigma_tolerance;
    double peak_sigma_tolerance; /* relative */
} oracles[] = {
    {"main4_poisson", "main", WN_ERROR_POISSON, false, 0, 5e-7, 2e-7},
    {"main4_azimuthal", "main", WN_ERROR_AZIMUTHAL, false, 0, 5e-7, 2e-7},
    {"main4_hybrid", "main", WN_ERROR_HYBRID, false, 0, 5e-7, 2e-7},
    {"low_poisson", "low", WN_ERROR_POISSON, false, 0, 5e-7, 2e-7},
    {"low_azimuthal", "low", WN_ERROR_AZIMUTHAL, false, 0, 5e-7, 2e-7},
    {"main4_solidangle_polarization_poisson", "main", WN_ERROR_POISSON, true, 4, 4.5e-6, 1e-6},
};

#define MEAN_TOLERANCE 2e-6 /* relative */

static bool compare_oracle(const char *data, const struct oracle *o)
{
    char file[4096];
    snprintf(file, sizeof file, "%s/oracle/pyfai_%s.h5", data, o->name);
    struct oracle_series s = series_read(data, o->series);
    struct h5frames pointer = h5frames_read(file, "frame_ptr"),
                    index = h5frames_read(file, "index"),
                    intensity = h5frames_read(file, "intensity"),
                    mean = h5frames_read(file, "background_avg"),
                    sigma = h5frames_read(file, "background_std");
    const int64_t *first = pointer.data;
    const float *mu = mean.data, *sd = sigma.data;

    wn_params params;
    wn_params_init(&params);
    params.compat_pyfai = true;
    params.centre_x = CENTRE_X;
    params.centre_y = CENTRE_Y;
    params.bins = 800;
    params.pick = 300;
    params.noise_floor = 100;
    params.error_model = o->error_model;
    if (o->normalised) {
        params.distance = DISTANCE;
        params.solid_angle = params.polarised = true;
        params.polarisation = 990;
    }
    wn_map *map = map_of_series(&s, &params);
    struct peak_comparison peaks = peaks_read(file);
    size_t kept = 0, different = 0, wrong_values = 0, worst = 0;
    double mean_error = 0, sigma_error = 0;
    for (size_t k = 0; k < s.frames.array.frames; k++) {
        wn_separation *got = separate_frame(&s, map, &params, k);
        const uint32_t *expected = (const uint32_t *)index.data + first[k];
        const size_t n = (size_t)(first[k + 1] - first[k]);
        const size_t d = symmetric_difference(got->kept_index, got->kept, expected, n);
        kept += got->kept;
        different += d;
        worst = d > worst ? d : worst;
        for (size_t i = 0; i < n; i++)
            wrong_values += ((const uint32_t *)intensity.data)[(size_t)first[k] + i] !=
                            ((const uint32_t *)s.frames.data)[k * s.pixels + expected[i]];
        for (size_t i = 0; i < got->regions; i++) {
            const double m = mu[k * got->regions + i], e = got->background[i].mean - m;
            if (m > 0 || e > 0)
                mean_error = fmax(mean_error, fabs(e) / fmax(m, 1e-9));
            sigma_error =
                fmax(sigma_error, fabs(got->background[i].sigma - sd[k * got->regions + i]));
        }
        wn_separation_free(got);
        compare_peaks(&peaks, &s, map, &params, k);
    }
    const bool ok = worst <= o->most_different && wrong_values == 0 &&
                    mean_error <= MEAN_TOLERANCE && sigma_error <= o->sigma_tolerance &&
                    peaks_agree(&peaks, o->normalised, o->peak_sigma_tolerance);
    printf("%-38s %7zu %10zu %12.1e %12.1e %7zu %10zu %10.1e %10.1e %10.1e  %s\n", o->name, kept,
           different, mean_error, sigma_error, peaks.peaks, peaks.different, peaks.position,
           peaks.sum, peaks.spread, ok ? "ok" : "FAILED");
    peaks_free(&peaks);
    wn_map_free(map);
    h5frames_free(&pointer);
    h5frames_free(&index);
    h5frames_free(&intensity);
    h5frames_free(&mean);
    h5frames_free(&sigma);
    series_free(&s);
    return ok;
}

/* ---- where winnow's own defaults differ ---------------------------------------------------- */

/* True background of a series at a distance from the beam centre, counts per pixel. */
static double truth(const char *name, double radius)
{
    const double shape = exp(-pow(radius / 500, 1.5));
    return strcmp(name, "main") == 0 ? 0.5 + 19.5 * shape : 0.02 + 1.98 * shape;
}

static void describe(const char *label, const struct oracle_series *s, const char *name,
                     const wn_params *params)
{
    wn_map *map = map_of_series(s, params);
    size_t collapsed = 0, rings = 0, kept = 0;
    double mean_bias = 0, sigma_ratio = 0;
    for (size_t k = 0; k < s->frames.array.frames; k++) {
        wn_separation *got = separate_frame(s, map, params, k);
        kept += got->kept;
        for (size_t i = 0; i < got->regions; i++) {
            const double b = truth(name, wn_map_radius(map, i));
            if (b > 0.1 || got->background[i].count < 1000)
                continue;
            rings++;
            collapsed += !(got->background[i].mean > 0);
            mean_bias += got->background[i].mean / b - 1;
            sigma_ratio += got->background[i].sigma / sqrt(b);
        }
        wn_separation_free(got);
    }
    printf("%-30s %6zu of %zu %14.1f %% %16.2f %12zu\n", label, collapsed, rings,
           100 * mean_bias / (double)rings, sigma_ratio / (double)rings, kept);
    wn_map_free(map);
}

static void compare_defaults(const char *data)
{
    struct oracle_series s = series_read(data, "low");
    wn_params params;
    wn_params_init(&params);
    params.centre_x = CENTRE_X;
    params.centre_y = CENTRE_Y;
    params.bins = 800;
    params.pick = 300;
    printf("\nlow, rings of 0.02 to 0.1 counts per pixel, 4 frames, pick 3:\n");
    printf("%-30s %13s %16s %16s %12s\n", "", "rings at 0", "bias of mean", "sigma/sqrt(mean)",
           "kept, all");
    const char *name[] = {"", "poisson", "azimuthal", "hybrid"};
    for (wn_error_model model = WN_ERROR_POISSON; model <= WN_ERROR_HYBRID; model++) {
        char label[64];
        params.error_model = model;
        params.compat_pyfai = true;
        params.noise_floor = 100;
        snprintf(label, sizeof label, "pyFAI %s, noise 1", name[model]);
        describe(label, &s, "low", &params);
        params.compat_pyfai = false;
        params.noise_floor = 0;
        snprintf(label, sizeof label, "winnow %s", name[model]);
        describe(label, &s, "low", &params);
    }
    series_free(&s);
}

int main(int argc, char **argv)
{
    if (argc != 2 || !file_exists(path_of(argv[1], "oracle/pyfai_%s.h5", "main4_poisson"))) {
        printf("skipped: no oracle files\n");
        return SKIPPED;
    }
    bool ok = true;
    printf("%-38s %7s %10s %12s %12s %7s %10s %10s %10s %10s\n", "oracle", "kept", "different",
           "mean, rel.", "sigma, abs.", "peaks", "different", "pos., px", "sum, rel.",
           "sigma, rel.");
    for (size_t i = 0; i < sizeof oracles / sizeof oracles[0]; i++)
        ok = compare_oracle(argv[1], &oracles[i]) && ok;
    compare_defaults(argv[1]);
    return ok ? 0 : 1;
}
