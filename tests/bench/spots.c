/*
 * What finding spots costs, as ratio to memcpy of the same frame in the same run, in one thread.
 *
 *     bench_spots FILE DATASET [KERNEL [MASK]]
 *
 * KERNEL is half the window less 1/2, MASK a dataset of the same size that is 0 where pixels are
 * valid. Each round times memcpy and the methods on the next frame; quoted are the medians over all
 * rounds, and the ratios of the medians.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "geometry/map.h"
#include "spots/dispersion.h"
#include "spots/found_list.h"
#include "support/h5frames.h"
#include "support/median.h"

#define ROUNDS 40

enum spots_step { COPY, SIMPLE, EXTENDED, STEPS };

/* Of the processor: other programs on the machine count less. */
static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* How many strong pixels there are. */
static size_t find(wn_spot_method method, int kernel, const struct pixels *pixels)
{
    struct wn_finder finder = {0};
    wn_spot_params_init(method, &finder.params);
    finder.params.kernel_x = finder.params.kernel_y = kernel;
    struct found_list list = {0};
    const wn_status status = wn_find_dispersion(&finder, pixels, &list);
    const size_t n = list.n;
    wn_found_list_free(&list);
    if (status != WN_OK) {
        fprintf(stderr, "%s: %s\n", wn_spot_method_name(method), wn_strerror(status));
        exit(1);
    }
    return n;
}

/* The map of the frames, with a mask if its dataset is given. */
static wn_map *map_of(const char *file, const char *mask_dataset, const wn_array *array,
                      const wn_params *params)
{
    const size_t n = (size_t)array->height * array->width;
    uint8_t *valid = mask_dataset ? malloc(n) : NULL;
    if (valid) {
        struct h5frames mask = h5frames_read(file, mask_dataset);
        for (size_t i = 0; i < n; i++)
            valid[i] = mask.array.type == WN_U32 && ((const uint32_t *)mask.data)[i] == 0;
        h5frames_free(&mask);
    }
    wn_map *map;
    const wn_status status = wn_map_create(params, array->height, array->width, valid, &map);
    free(valid);
    if (status != WN_OK) {
        fprintf(stderr, "wn_map_create: %s\n", wn_strerror(status));
        exit(1);
    }
    return map;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: bench_spots FILE DATASET [KERNEL [MASK]]\n");
        return 2;
    }
    struct h5frames frames = h5frames_read(argv[1], argv[2]);
    const int kernel = argc > 3 ? atoi(argv[3]) : 3;
    wn_params map_params;
    wn_params_init(&map_params);
    wn_array one = frames.array;
    one.frames = 1;
    const size_t bytes = wn_array_bytes(&one);
    uint8_t *copy = malloc(bytes);
    if (!copy)
        return 1;
    wn_map *map = map_of(argv[1], argc > 4 ? argv[4] : NULL, &one, &map_params);
    memset(copy, 1, bytes);

    static double time_of[STEPS][ROUNDS];
    size_t strong[STEPS] = {0};
    for (size_t round = 0; round < ROUNDS; round++) {
        const size_t number = round % frames.array.frames;
        const uint8_t *frame = (const uint8_t *)frames.data + number * bytes;
        const struct pixels pixels = wn_pixels_of_frame(&one, frame, map->valid, &map_params);
        double t[STEPS + 1];
        t[0] = seconds();
        memcpy(copy, frame, bytes);
        t[1] = seconds();
        strong[SIMPLE] += find(WN_SPOTS_DISPERSION, kernel, &pixels);
        t[2] = seconds();
        strong[EXTENDED] += find(WN_SPOTS_DISPERSION_EXTENDED, kernel, &pixels);
        t[3] = seconds();
        for (int step = 0; step < STEPS; step++)
            time_of[step][round] = t[step + 1] - t[step];
    }
    const char *name[STEPS] = {"memcpy", wn_spot_method_name(WN_SPOTS_DISPERSION),
                               wn_spot_method_name(WN_SPOTS_DISPERSION_EXTENDED)};
    double middle[STEPS];
    for (int step = 0; step < STEPS; step++)
        middle[step] = median(time_of[step], ROUNDS);
    printf("%u x %u %s, windows of %d, one thread\n", one.width, one.height, wn_type_name(one.type),
           2 * kernel + 1);
    printf("%-22s %10s %10s %14s\n", "step", "ms", "x memcpy", "strong/frame");
    for (int step = 0; step < STEPS; step++)
        printf("%-22s %10.2f %10.1f %14.1f\n", name[step], 1e3 * middle[step],
               middle[step] / middle[COPY], (double)strong[step] / ROUNDS);
    wn_map_free(map);
    free(copy);
    h5frames_free(&frames);
    return 0;
}
