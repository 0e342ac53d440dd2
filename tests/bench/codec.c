/*
 * What encoding and decoding cost, as ratios to memcpy of the same frame in the same run.
 *
 *     bench FILE DATASET CENTRE_X CENTRE_Y [PICK [NOISE_FLOOR [BINS [THREADS]]]]
 *     bench FILE DATASET CENTRE_X CENTRE_Y QUALITY
 *
 * Centre in pixels, 0 0 for tiles; pick in sigma, noise floor in counts; a quality level by its
 * name. Each round times memcpy, encoding, decoding with noise and decoding without noise on the
 * next frame; quoted are the medians over all rounds, and the ratios of the medians.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "support/h5frames.h"
#include "support/median.h"
#include "winnow.h"

#define ROUNDS 40

enum codec_step { COPY, ENCODE, DECODE_NOISE, DECODE_MEAN, STEPS };

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void require(wn_status status, const char *what)
{
    if (status == WN_OK)
        return;
    fprintf(stderr, "%s: %s\n", what, wn_strerror(status));
    exit(1);
}

static void take_quality(const char *name, wn_type type, wn_params *params)
{
    for (int i = 0; i < WN_QUALITY_LEVELS; i++) {
        if (strcmp(wn_quality_table()[i].name, name) == 0)
            require(wn_params_quality(wn_quality_table()[i].quality, type, params),
                    "wn_params_quality");
    }
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: bench FILE DATASET CENTRE_X CENTRE_Y [PICK [NOISE_FLOOR [BINS "
                        "[THREADS]]] | QUALITY]\n");
        return 2;
    }
    struct h5frames frames = h5frames_read(argv[1], argv[2]);
    wn_params params;
    wn_params_init(&params);
    params.centre_x = (int32_t)(atof(argv[3]) * 1000);
    params.centre_y = (int32_t)(atof(argv[4]) * 1000);
    params.pick = argc > 5 ? (int32_t)(atof(argv[5]) * 100) : 0;
    params.noise_floor = argc > 6 ? (int32_t)(atof(argv[6]) * 100) : 0;
    params.bins = argc > 7 ? atoi(argv[7]) : 0;
    if (argc == 6)
        take_quality(argv[5], frames.array.type, &params);
    const int threads = argc > 8 ? atoi(argv[8]) : 1;

    wn_array one = frames.array;
    one.frames = 1;
    const size_t bytes = wn_array_bytes(&one), bound = wn_encode_bound(&one);
    uint8_t *copy = malloc(bytes), *chunk = malloc(bound);
    if (!copy || !chunk)
        return 1;
    memset(copy, 1, bytes);
    memset(chunk, 1, bound);
    wn_map *map;
    require(wn_map_create(&params, one.height, one.width, NULL, &map), "wn_map_create");

    static double time_of[STEPS][ROUNDS];
    double stored = 0;
    for (size_t round = 0; round < ROUNDS; round++) {
        const uint8_t *frame = (const uint8_t *)frames.data + round % frames.array.frames * bytes;
        size_t size = 0;
        double t[STEPS + 1];
        t[0] = seconds();
        memcpy(copy, frame, bytes);
        t[1] = seconds();
        require(wn_encode(map, &params, &one, frame, threads, chunk, bound, &size), "wn_encode");
        t[2] = seconds();
        require(wn_decode(map, chunk, size, &one, WN_NOISE_ON, threads, copy, bytes), "wn_decode");
        t[3] = seconds();
        require(wn_decode(map, chunk, size, &one, WN_NOISE_OFF, threads, copy, bytes), "wn_decode");
        t[4] = seconds();
        for (int step = 0; step < STEPS; step++)
            time_of[step][round] = t[step + 1] - t[step];
        stored += (double)size / ROUNDS;
    }
    const char *name[STEPS] = {"memcpy", "encode", "decode with noise", "decode without noise"};
    double middle[STEPS];
    for (int step = 0; step < STEPS; step++)
        middle[step] = median(time_of[step], ROUNDS);
    printf("%s, %u x %u %s, pick %.1f, noise floor %.1f, %zu %s, %d thread(s)\n",
           frames.array.frames > 1 ? "frames" : "one frame", one.width, one.height,
           wn_type_name(one.type), params.pick / 100.0, params.noise_floor / 100.0,
           wn_map_regions(map), wn_params_model(&params) == WN_MODEL_RADIAL ? "rings" : "tiles",
           threads);
    printf("%-22s %10s %10s\n", "step", "ms", "x memcpy");
    for (int step = 0; step < STEPS; step++)
        printf("%-22s %10.2f %10.1f\n", name[step], 1e3 * middle[step],
               middle[step] / middle[COPY]);
    printf("%.0f bytes per frame, 1/%.0f of raw\n", stored, (double)bytes / stored);
    wn_map_free(map);
    free(copy);
    free(chunk);
    h5frames_free(&frames);
    return 0;
}
