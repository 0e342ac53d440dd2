/*
 * Against DIALS 3.12.1: strong pixels of each image of a rotation series.
 *
 *     shared_dispersion DATA      the folder with rotation/; exits with 77 if it is not there
 */
#include <stdio.h>
#include <stdlib.h>

#include "spots/found_list.h"
#include "support/rotation.h"

static size_t strong_pixels(const struct rotation *s, const wn_spot_params *params, size_t frame)
{
    struct found_list list = rotation_search(s, params, frame);
    const size_t n = list.n;
    wn_found_list_free(&list);
    return n;
}

static bool expect_like(const struct rotation *s, const wn_spot_params *params, const char *name,
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

static bool expect_like_file(const struct rotation *s, const char *data, wn_spot_method method,
                             const char *file)
{
    struct h5frames expected = h5frames_read(rotation_path(data, file), "strong_pixels_per_image");
    wn_spot_params params;
    wn_spot_params_init(method, &params);
    params.masked_is_background = true;
    const bool as_many = expected.array.width == s->frames.array.frames;
    const bool good = expect_like(s, &params, file, expected.data, expected.array.width);
    h5frames_free(&expected);
    return as_many && good;
}

/* Masked pixels are not background from DIALS 3.24 on. */
static bool expect_no_halo(const struct rotation *s)
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
    struct rotation s = rotation_read(argv[1]);
    const bool simple =
        expect_like_file(&s, argv[1], WN_SPOTS_DISPERSION, "ref_spots_A_dispersion.h5");
    const bool extended = expect_like_file(&s, argv[1], WN_SPOTS_DISPERSION_EXTENDED,
                                           "ref_spots_A_dispersion_extended.h5");
    const bool no_halo = expect_no_halo(&s);
    rotation_free(&s);
    return simple && extended && no_halo ? 0 : 1;
}
