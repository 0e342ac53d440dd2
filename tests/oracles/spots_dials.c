/*
 * Against DIALS 3.12.1: all spots of a rotation series.
 *
 *     shared_spots_dials DATA      the folder with rotation/; exits with 77 if it is not there
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "spots/found_list.h"
#include "support/rotation.h"

/* ---- finding ------------------------------------------------------------------------------- */

static void add_frame(const struct rotation *s, const wn_spot_params *params, uint32_t frame,
                      wn_linker *linker)
{
    struct found_list list = rotation_search(s, params, frame);
    const wn_found found = {.n = list.n, .pixel = list.pixel};
    rotation_check(wn_linker_add(linker, frame, &found), "linking");
    wn_found_list_free(&list);
}

static wn_spot_list *find_spots(const struct rotation *s, wn_spot_method method)
{
    const wn_spot_rule rule = {
        .across_frames = true, .min_pixels = 3, .max_pixels = 1000, .max_separation = 2};
    wn_spot_params params;
    wn_linker *linker = NULL;
    wn_spot_list *list = NULL;
    wn_spot_params_init(method, &params);
    params.masked_is_background = true;
    rotation_check(wn_linker_create(&rule, s->frames.array.height, s->frames.array.width, &linker),
                   "linking");
    for (uint32_t frame = 0; frame < s->frames.array.frames; frame++)
        add_frame(s, &params, frame, linker);
    rotation_check(wn_linker_end(linker), "linking");
    rotation_check(wn_linker_take(linker, &list), "linking");
    wn_linker_free(linker);
    return list;
}

/* ---- comparing ----------------------------------------------------------------------------- */

/* A spot as DIALS has it: the first pixel of the first frame is centred at 0.5, 0.5, 0.5. */
struct reference_spot {
    int64_t box[6]; /* x0, x1, y0, y1, z0, z1 */
    double intensity;
    int64_t pixels;
    double position[3], variance[3];
};

static struct reference_spot as_dials(const wn_spot *s)
{
    return (struct reference_spot){
        .box = {s->x0, s->x1, s->y0, s->y1, (int64_t)s->z0, (int64_t)s->z1},
        .intensity = s->intensity,
        .pixels = s->pixels,
        .position = {s->x + 0.5, s->y + 0.5, s->z + 0.5},
        .variance = {s->variance_x, s->variance_y, s->variance_z},
    };
}

static int compare_spots(const void *one, const void *other)
{
    const struct reference_spot *a = one, *b = other;
    for (int i = 0; i < 6; i++) {
        if (a->box[i] != b->box[i])
            return a->box[i] < b->box[i] ? -1 : 1;
    }
    return (a->intensity > b->intensity) - (a->intensity < b->intensity);
}

static struct reference_spot *ours(const wn_spot_list *list)
{
    struct reference_spot *spot = malloc((list->n + 1) * sizeof *spot);
    for (size_t i = 0; spot && i < list->n; i++)
        spot[i] = as_dials(&list->spot[i]);
    return spot;
}

static struct reference_spot *theirs(const char *file, size_t *n)
{
    struct h5frames box = h5frames_read(file, "bbox_x0x1y0y1z0z1");
    struct h5frames intensity = h5frames_read(file, "intensity");
    struct h5frames pixels = h5frames_read(file, "n_signal");
    struct h5frames position = h5frames_read(file, "xyz_px");
    struct h5frames variance = h5frames_read(file, "var_px");
    *n = intensity.array.width;
    struct reference_spot *spot = malloc((*n + 1) * sizeof *spot);
    for (size_t i = 0; spot && i < *n; i++) {
        for (size_t j = 0; j < 6; j++)
            spot[i].box[j] = ((const int64_t *)box.data)[6 * i + j];
        for (size_t j = 0; j < 3; j++) {
            spot[i].position[j] = ((const double *)position.data)[3 * i + j];
            spot[i].variance[j] = ((const double *)variance.data)[3 * i + j];
        }
        spot[i].intensity = ((const double *)intensity.data)[i];
        spot[i].pixels = ((const int64_t *)pixels.data)[i];
    }
    h5frames_free(&box);
    h5frames_free(&intensity);
    h5frames_free(&pixels);
    h5frames_free(&position);
    h5frames_free(&variance);
    return spot;
}

/* The largest relative difference of the centroids and of their variances, infinite where anything
 * that is exact differs. */
static double difference(const struct reference_spot *a, const struct reference_spot *b)
{
    double largest = compare_spots(a, b) == 0 && a->pixels == b->pixels ? 0 : (double)INFINITY;
    for (int i = 0; i < 3; i++) {
        largest = fmax(largest, fabs(a->position[i] / b->position[i] - 1));
        largest = fmax(largest, fabs(a->variance[i] / b->variance[i] - 1));
    }
    return largest;
}

static bool expect_like_file(const struct rotation *s, const char *data, wn_spot_method method,
                             const char *file)
{
    size_t n, wrong = 0;
    double largest = 0;
    wn_spot_list *list = find_spots(s, method);
    struct reference_spot *got = ours(list), *wanted = theirs(rotation_path(data, file), &n);
    const bool as_many = list->n == n && n > 0;
    if (as_many && got && wanted) {
        qsort(got, n, sizeof *got, compare_spots);
        qsort(wanted, n, sizeof *wanted, compare_spots);
        for (size_t i = 0; i < n; i++) {
            const double d = difference(&got[i], &wanted[i]);
            largest = fmax(largest, d);
            wrong += d > 1e-9;
        }
    }
    printf("%s: %zu spots, DIALS has %zu; %zu differ, the largest difference is %.2g\n", file,
           list->n, n, wrong, largest);
    const bool good = as_many && got && wanted && wrong == 0;
    free(got);
    free(wanted);
    wn_spot_list_free(list);
    return good;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: shared_spots_dials DATA\n");
        return 2;
    }
    struct rotation s = rotation_read(argv[1]);
    const bool simple =
        expect_like_file(&s, argv[1], WN_SPOTS_DISPERSION, "ref_spots_A_dispersion.h5");
    const bool extended = expect_like_file(&s, argv[1], WN_SPOTS_DISPERSION_EXTENDED,
                                           "ref_spots_A_dispersion_extended.h5");
    rotation_free(&s);
    return simple && extended ? 0 : 1;
}
