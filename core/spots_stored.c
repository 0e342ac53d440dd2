/* Finding spots on a frame of a chunk. */
#include <math.h>
#include <stdlib.h>

#include "codec.h"
#include "counted.h"
#include "finder.h"
#include "frame.h"
#include "ring_peaks.h"

#define LOWEST_DISPERSION 0.25

/* What the laws of a profile expect, before they are truncated. */
static wn_status background_of_profile(const wn_map *map, const struct profile *profile, bool real,
                                       struct ring_background *b)
{
    b->mean = malloc(map->cells * sizeof *b->mean);
    b->dispersion = malloc(map->cells * sizeof *b->dispersion);
    b->variance = real ? malloc(map->cells * sizeof *b->variance) : NULL;
    wn_status status = WN_ERR_MEMORY;
    if (b->mean && b->dispersion && (b->variance || !real))
        status = profile_expected(map, profile, b->mean);
    for (size_t i = 0; i < (status == WN_OK ? map->cells : 0); i++) {
        const uint32_t region = map->cell_region[i];
        const double norm = map->cell_norm[i];
        b->dispersion[i] = real ? 1 : (float)fmax(profile->dispersion[region], LOWEST_DISPERSION);
        if (real) {
            const double sigma = profile->sigma[region] * norm;
            b->variance[i] = (float)(sigma * sigma);
        } else {
            b->mean[i] = fmaxf(b->mean[i], 0);
        }
    }
    return status;
}

/* The frame without noise, in memory like an array of the machine. */
static wn_status find_on_separated(const wn_finder *finder, const struct record *record,
                                   const wn_array *array, void *pixels_of, wn_found **found)
{
    const wn_map *map = finder->map;
    struct separated_frame frame;
    struct ring_background background = {0};
    wn_status status = frame_read(record, map, array->type, &frame);
    if (status != WN_OK)
        return status;
    const bool ring = finder->params.method == WN_SPOTS_RING;
    status = densify(map, &frame, array->type, NULL, 1, pixels_of);
    if (status == WN_OK && ring)
        status =
            background_of_profile(map, &frame.profile, is_float_type(array->type), &background);
    if (status == WN_OK) {
        const struct pixels pixels = pixels_of_frame(array, pixels_of, map, &finder->map_params);
        status = find_on_pixels(finder, &pixels, ring ? &background : NULL, found);
    }
    ring_background_free(&background);
    separated_frame_free(&frame);
    return status;
}

wn_status wn_find_in_chunk(const wn_finder *finder, const void *chunk, size_t chunk_size,
                           const wn_array *expected, uint32_t frame, wn_found **found)
{
    struct header h;
    struct record record;
    wn_status status = record_find(chunk, chunk_size, expected, frame, &h, &record);
    if (status != WN_OK)
        return status;
    const bool separated = record.form == WN_FORM_SEPARATED || record.form == WN_FORM_COUNTED;
    if (h.array.height != finder->map->height || h.array.width != finder->map->width ||
        (separated && !wn_map_fits(finder->map, chunk, chunk_size)))
        return WN_ERR_MISMATCH;
    wn_array array = *expected;
    array.frames = 1;
    void *pixels = malloc(wn_array_bytes(&array));
    if (!pixels)
        return WN_ERR_MEMORY;
    if (separated) {
        array.big_endian = wn_native_big_endian();
        status = find_on_separated(finder, &record, &array, pixels, found);
    } else {
        status = record_restore(&record, pixels, wn_array_bytes(&array));
        if (status == WN_OK)
            status = wn_find(finder, &array, pixels, found);
    }
    free(pixels);
    return status;
}
