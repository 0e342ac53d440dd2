/* Every frame is encoded and decoded twice at each level: as it is, for bytes and background, and
 * with planted spots, for their loss. */
#include "tune/trial.h"

#include <stdlib.h>

void trials_begin(struct trials *trials)
{
    *trials = (struct trials){.frames = 0};
    for (int i = 0; i < WN_QUALITY_LEVELS; i++)
        trials->of[i].quality = wn_quality_table()[i].quality;
}

/* One frame, and buffers for it. */
struct trial_frame {
    const struct image_settings *settings;
    const wn_array *array;
    const void *frame;
    int threads;
    struct clear_background *background;
    struct planted_spots *planted;
    uint8_t *chunk, *restored;
};

static wn_status encode_and_decode(const struct trial_frame *w, wn_quality quality,
                                   const void *frame, size_t *chunk_size)
{
    const wn_map *map = w->settings->map;
    wn_params params = w->settings->request.params;
    wn_status status = wn_params_quality(quality, w->array->type, &params);
    if (status == WN_OK)
        status = wn_encode(map, &params, w->array, frame, w->threads, w->chunk,
                           wn_encode_bound(w->array), chunk_size);
    if (status == WN_OK)
        status = wn_decode(map, w->chunk, *chunk_size, w->array, WN_NOISE_AS_STORED, w->threads,
                           w->restored, wn_array_bytes(w->array));
    return status;
}

static wn_status try_frame(const struct trial_frame *w, struct trial *trial)
{
    size_t size;
    wn_frame_info info;
    wn_status status = encode_and_decode(w, trial->quality, w->frame, &size);
    if (status == WN_OK)
        status = wn_chunk_frames(w->chunk, size, 1, &info);
    if (status == WN_OK)
        status = loss_add_background(w->background, w->restored, &trial->loss);
    if (status != WN_OK)
        return status;
    trial->bytes += size;
    trial->kept +=
        info.form == WN_FORM_SEPARATED ? info.kept : (uint64_t)w->array->height * w->array->width;
    return WN_OK;
}

static wn_status try_spots(const struct trial_frame *w, struct trial *trial)
{
    size_t size;
    if (w->planted->spots == 0)
        return WN_OK;
    const wn_status status = encode_and_decode(w, trial->quality, w->planted->frame, &size);
    return status == WN_OK ? loss_add_spots(w->planted, w->restored, &trial->loss) : status;
}

static wn_status try_levels(struct trial_frame *w, struct trials *trials)
{
    wn_status status = clear_background_find(w->settings->map, &w->settings->request.params,
                                             w->array, w->frame, w->threads, &w->background);
    if (status == WN_OK)
        status = planted_spots_make(w->background, w->frame, trials->frames, &w->planted);
    for (int i = 0; i < WN_QUALITY_LEVELS && status == WN_OK; i++) {
        status = try_frame(w, &trials->of[i]);
        if (status == WN_OK)
            status = try_spots(w, &trials->of[i]);
    }
    return status;
}

wn_status trials_add(const struct image_settings *settings, const wn_array *array,
                     const void *frame, int threads, struct trials *trials)
{
    struct trial_frame w = {.settings = settings,
                            .array = array,
                            .frame = frame,
                            .threads = threads,
                            .chunk = malloc(wn_encode_bound(array)),
                            .restored = malloc(wn_array_bytes(array))};
    const bool memory = w.chunk && w.restored;
    const wn_status status = memory ? try_levels(&w, trials) : WN_ERR_MEMORY;
    planted_spots_free(w.planted);
    clear_background_free(w.background);
    free(w.chunk);
    free(w.restored);
    trials->frames++;
    trials->pixels += (uint64_t)array->height * array->width;
    trials->raw_bytes += wn_array_bytes(array);
    return status;
}

/* An unknown loss (NaN) is not less than any limit. */
static bool serves_integration(const struct loss *loss)
{
    return loss_of_spots(loss, STRENGTH_1_5) < 5 && loss_of_spots(loss, STRENGTH_3) < 3;
}

static bool serves_finding(const struct loss *loss)
{
    return loss_of_spots(loss, STRENGTH_12) < 10;
}

static const struct trial *smallest(const struct trials *trials,
                                    bool (*serves)(const struct loss *))
{
    const struct trial *best = NULL;
    for (int i = 0; i < WN_QUALITY_LEVELS; i++) {
        const struct trial *trial = &trials->of[i];
        if (serves(&trial->loss) && (!best || trial->bytes < best->bytes))
            best = trial;
    }
    return best;
}

const struct trial *trials_for_integration(const struct trials *trials)
{
    return smallest(trials, serves_integration);
}

const struct trial *trials_for_finding(const struct trials *trials)
{
    return smallest(trials, serves_finding);
}
