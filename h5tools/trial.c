#include "trial.h"

#include <math.h>
#include <stdlib.h>

/* Per cent that a recommended level may lose of signal of 4 to 8 sigma, and of stronger. */
#define TOLERATED_LOSS 1

void trials_begin(struct trials *trials)
{
    *trials = (struct trials){.frames = 0};
    for (int i = 0; i < QUALITY_LEVELS; i++)
        trials->of[i].quality = (wn_quality)(WN_QUALITY_LOSSLESS + i);
}

/* Memory for one frame, and what is known of it. */
struct workplace {
    const struct settings *settings;
    const wn_array *array;
    const void *frame;
    int threads;
    struct reference *reference;
    uint8_t *chunk, *restored;
};

static wn_status try_level(const struct workplace *w, struct trial *trial)
{
    const size_t bound = wn_encode_bound(w->array), bytes = wn_array_bytes(w->array);
    size_t size;
    wn_frame_info info;
    wn_params params = w->settings->request.params;
    wn_status status = wn_params_quality(trial->quality, w->array->type, &params);
    if (status == WN_OK)
        status = wn_encode(w->settings->map, &params, w->array, w->frame, w->threads, w->chunk,
                           bound, &size);
    if (status == WN_OK)
        status = wn_chunk_frames(w->chunk, size, 1, &info);
    if (status == WN_OK)
        status = wn_decode(w->settings->map, w->chunk, size, w->array, WN_NOISE_AS_STORED,
                           w->threads, w->restored, bytes);
    if (status == WN_OK)
        status = effect_add(w->reference, w->restored, &trial->effect);
    if (status != WN_OK)
        return status;
    trial->bytes += size;
    trial->kept +=
        info.form == WN_FORM_SEPARATED ? info.kept : (uint64_t)w->array->height * w->array->width;
    return WN_OK;
}

wn_status trials_add(const struct settings *settings, const wn_array *array, const void *frame,
                     int threads, struct trials *trials)
{
    struct workplace w = {.settings = settings,
                          .array = array,
                          .frame = frame,
                          .threads = threads,
                          .chunk = malloc(wn_encode_bound(array)),
                          .restored = malloc(wn_array_bytes(array))};
    wn_status status = WN_ERR_MEMORY;
    if (w.chunk != NULL && w.restored != NULL)
        status = reference_make(settings->map, &settings->request.params, array, frame, threads,
                                &w.reference);
    for (int i = 0; i < QUALITY_LEVELS && status == WN_OK; i++)
        status = try_level(&w, &trials->of[i]);
    reference_free(w.reference);
    free(w.chunk);
    free(w.restored);
    trials->frames++;
    trials->pixels += (uint64_t)array->height * array->width;
    trials->raw_bytes += wn_array_bytes(array);
    return status;
}

/* Whether there is signal above 4 sigma, and little of it is lost. */
static bool serves(const struct effect *effect)
{
    const double weaker = effect_loss(effect, EXCESS_4_TO_8);
    const double stronger = effect_loss(effect, EXCESS_ABOVE_8);
    const bool is_there = !isnan(weaker) || !isnan(stronger);
    return is_there && !(fabs(weaker) >= TOLERATED_LOSS) && !(fabs(stronger) >= TOLERATED_LOSS);
}

const struct trial *trials_recommended(const struct trials *trials)
{
    const struct trial *best = NULL;
    for (int i = 0; i < QUALITY_LEVELS; i++) {
        const struct trial *trial = &trials->of[i];
        if (serves(&trial->effect) && (best == NULL || trial->bytes < best->bytes))
            best = trial;
    }
    return best;
}
