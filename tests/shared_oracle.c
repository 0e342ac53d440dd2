/*
 * Against pyFAI: the kept pixels and the profiles of its newest kernels (oracle files), and what
 * winnow's own defaults do differently.
 *
 *     shared_oracle DATA      the folder with eiger4m/ and oracle/; exits with 77 if it is not
 * there
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "h5frames.h"
#include "winnow.h"

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
struct series {
    struct h5frames frames;
    uint8_t *valid;
    size_t pixels;
};

static struct series series_read(const char *data, const char *name)
{
    struct series s = {.frames = h5frames_read(path_of(data, "eiger4m/%s_master.h5", name),
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

static void series_free(struct series *s)
{
    h5frames_free(&s->frames);
    free(s->valid);
}

static wn_separation *separate_frame(const struct series *s, const wn_map *map,
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

static wn_map *map_of_series(const struct series *s, const wn_params *params)
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

/* ---- the same parameters give the same result ---------------------------------------------- */

static const struct oracle {
    const char *name, *series;
    wn_error_model error_model;
    bool normalised;
    size_t most_different; /* kept pixels in one of the two sets only, per frame */
    double sigma_tolerance;
} oracles[] = {
    {"main4_poisson", "main", WN_ERROR_POISSON, false, 0, 5e-7},
    {"main4_azimuthal", "main", WN_ERROR_AZIMUTHAL, false, 0, 5e-7},
    {"main4_hybrid", "main", WN_ERROR_HYBRID, false, 0, 5e-7},
    {"low_poisson", "low", WN_ERROR_POISSON, false, 0, 5e-7},
    {"low_azimuthal", "low", WN_ERROR_AZIMUTHAL, false, 0, 5e-7},
    {"main4_solidangle_polarization_poisson", "main", WN_ERROR_POISSON, true, 4, 4.5e-6},
};

#define MEAN_TOLERANCE 2e-6 /* relative */

static bool compare_oracle(const char *data, const struct oracle *o)
{
    char file[4096];
    snprintf(file, sizeof file, "%s/oracle/pyfai_%s.h5", data, o->name);
    struct series s = series_read(data, o->series);
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
    }
    const bool ok = worst <= o->most_different && wrong_values == 0 &&
                    mean_error <= MEAN_TOLERANCE && sigma_error <= o->sigma_tolerance;
    printf("%-38s %7zu %10zu %12.1e %12.1e  %s\n", o->name, kept, different, mean_error,
           sigma_error, ok ? "ok" : "FAILED");
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

static void describe(const char *label, const struct series *s, const char *name,
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
    struct series s = series_read(data, "low");
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
    printf("%-38s %7s %10s %12s %12s\n", "oracle", "kept", "different", "mean, rel.",
           "sigma, abs.");
    for (size_t i = 0; i < sizeof oracles / sizeof oracles[0]; i++)
        ok = compare_oracle(argv[1], &oracles[i]) && ok;
    compare_defaults(argv[1]);
    return ok ? 0 : 1;
}
