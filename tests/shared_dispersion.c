/*
 * Against DIALS 3.12.1: strong pixels of each image of a rotation series.
 *
 *     shared_dispersion DATA      the folder with rotation/; exits with 77 if it is not there
 */
#include <stdio.h>
#include <stdlib.h>

#include "dispersion.h"
#include "h5frames.h"

#define SKIPPED 77

static char path_buffer[4096];

static const char *path_of(const char *data, const char *name)
{
    snprintf(path_buffer, sizeof path_buffer, "%s/rotation/%s", data, name);
    return path_buffer;
}

/* The series, and which pixels are not masked. Its trusted range ends at 1000000, which no pixel
 * reaches that is not masked. */
struct series {
    struct h5frames frames;
    wn_params map_params;
    wn_map *map;
};

static struct series series_read(const char *data)
{
    struct series s = {.frames = h5frames_read(path_of(data, "lyso_a.h5"), "/entry/data/data")};
    struct h5frames mask =
        h5frames_read(path_of(data, "lyso_a.h5"), "/entry/instrument/detector/pixel_mask");
    const uint32_t height = s.frames.array.height, width = s.frames.array.width;
    uint8_t *valid = malloc((size_t)height * width);
    wn_params_init(&s.map_params);
    for (size_t i = 0; valid && i < (size_t)height * width; i++)
        valid[i] = ((const uint32_t *)mask.data)[i] == 0;
    h5frames_free(&mask);
    if (!valid || wn_map_create(&s.map_params, height, width, valid, &s.map) != WN_OK) {
        fprintf(stderr, "no map\n");
        exit(1);
    }
    free(valid);
    return s;
}

static size_t strong_pixels(const struct series *s, const wn_spot_params *params, size_t frame)
{
    wn_array one = s->frames.array;
    one.frames = 1;
    const struct wn_finder finder = {.params = *params, .map = s->map};
    const uint8_t *data = (const uint8_t *)s->frames.data + frame * wn_array_bytes(&one);
    const struct pixels pixels = pixels_of_frame(&one, data, s->map, &s->map_params);
    struct found_list list = {0};
    const wn_status status = dispersion(&finder, &pixels, &list);
    const size_t n = list.n;
    found_list_free(&list);
    if (status != WN_OK || list.failed) {
        fprintf(stderr, "frame %zu: %s\n", frame, wn_strerror(status));
        exit(1);
    }
    return n;
}

static bool expect_like(const struct series *s, const wn_spot_params *params, const char *name,
                        const int64_t *expected, size_t n)
{
    size_t wrong = 0, strong = 0;
    for (size_t frame = 0; frame < n; frame++) {
        const size_t got = strong_pixels(s, params, frame);
        strong += got;
        wrong += got != (size_t)expected[frame];
        if (got != (size_t)expected[frame])
            printf("%s, frame %zu: %zu strong pixels, not %d\n", name, frame, got,
                   (int)expected[frame]);
    }
    printf("%s: %zu strong pixels on %zu frames, %zu frames differ\n", name, strong, n, wrong);
    return n > 0 && wrong == 0;
}

static bool expect_like_file(const struct series *s, const char *data, wn_spot_method method,
                             const char *file)
{
    struct h5frames expected = h5frames_read(path_of(data, file), "strong_pixels_per_image");
    wn_spot_params params;
    wn_spot_params_init(method, &params);
    params.masked_is_background = true;
    const bool as_many = expected.array.width == s->frames.array.frames;
    const bool good = expect_like(s, &params, file, expected.data, expected.array.width);
    h5frames_free(&expected);
    return as_many && good;
}

/* Masked pixels are not background from DIALS 3.24 on. */
static bool expect_no_halo(const struct series *s)
{
    const int64_t expected[] = {2355, 2241, 2053, 2227, 2242, 2013};
    wn_spot_params params;
    wn_spot_params_init(WN_SPOTS_DISPERSION_EXTENDED, &params);
    return expect_like(s, &params, "as DIALS 3.24", expected, sizeof expected / sizeof expected[0]);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: shared_dispersion DATA\n");
        return 2;
    }
    if (!file_exists(path_of(argv[1], "lyso_a.h5"))) {
        printf("skipped: no %s\n", path_buffer);
        return SKIPPED;
    }
    struct series s = series_read(argv[1]);
    const bool simple =
        expect_like_file(&s, argv[1], WN_SPOTS_DISPERSION, "ref_spots_A_dispersion.h5");
    const bool extended = expect_like_file(&s, argv[1], WN_SPOTS_DISPERSION_EXTENDED,
                                           "ref_spots_A_dispersion_extended.h5");
    const bool no_halo = expect_no_halo(&s);
    wn_map_free(s.map);
    h5frames_free(&s.frames);
    return simple && extended && no_halo ? 0 : 1;
}
