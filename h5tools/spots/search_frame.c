/*
 * A chunk whose map is that of the search is searched as it is stored; any other frame is restored,
 * with noise, and searched pixel by pixel.
 */
#include "spots/search_frame.h"

#include <math.h>
#include <stdlib.h>

/* Pixels converted at a time. */
#define BATCH_PIXELS 1024

/* Whether a frame has a good pixel; returns at the first one. */
static bool has_good_pixel(const struct spot_search *search, const wn_array *frame,
                           const void *pixels)
{
    const size_t count = (size_t)frame->height * frame->width;
    double value[BATCH_PIXELS];
    for (size_t first = 0; first < count; first += BATCH_PIXELS) {
        size_t n = count - first;
        if (n > BATCH_PIXELS)
            n = BATCH_PIXELS;
        wn_pixel_values(frame, pixels, first, n, value);
        for (size_t i = 0; i < n; i++)
            if (!isnan(value[i]) && (!search->valid || search->valid[first + i]))
                return true;
    }
    return false;
}

void spot_search_pixels(const struct spot_search *search, const wn_array *frame, const void *pixels,
                        struct spot_found *result)
{
    *result = (struct spot_found){0};
    result->status = wn_find(search->finder, frame, pixels, &result->found);
    if (result->status == WN_OK && result->found->strong == 0)
        result->unusable = !has_good_pixel(search, frame, pixels);
}

/* Whether the frame of a chunk may have no good pixel: such frames are never separated. */
static bool may_be_unusable(const struct fetched_frame *fetched)
{
    wn_frame_info info;
    return wn_chunk_frames(fetched->stored, fetched->stored_size, 1, &info) == WN_OK &&
           (info.form == WN_FORM_RAW || info.form == WN_FORM_LOSSLESS);
}

static void search_chunk(const struct spot_search *search, const struct frame_source *source,
                         struct fetched_frame *fetched, struct spot_found *result)
{
    result->status = wn_find_in_chunk(search->finder, fetched->stored, fetched->stored_size,
                                      &source->frame, 0, &result->found);
    if (result->status != WN_OK && result->status != WN_ERR_MEMORY)
        fetched->problem = wn_strerror(result->status);
    if (result->status != WN_OK || result->found->strong > 0 || !may_be_unusable(fetched))
        return;
    fetched_frame_restore(source, fetched, NULL, WN_NOISE_OFF);
    result->unusable =
        !fetched->problem && !has_good_pixel(search, &source->frame, fetched->pixels);
}

void spot_search_frame(const struct spot_search *search, const struct frame_source *source,
                       struct fetched_frame *fetched, struct spot_found *result)
{
    *result = (struct spot_found){0};
    if (fetched->absent || fetched->problem)
        return;
    const bool stored = source->way == WHOLE_WINNOW && fetched->is_stored;
    if (stored && wn_map_fits(search->map, fetched->stored, fetched->stored_size)) {
        search_chunk(search, source, fetched, result);
        return;
    }
    const bool known = stored && search->stored_map &&
                       wn_map_fits(search->stored_map, fetched->stored, fetched->stored_size);
    /* Statistics on another background than the stored one expect noise. */
    fetched_frame_restore(source, fetched, known ? search->stored_map : NULL, WN_NOISE_ON);
    if (!fetched->problem)
        spot_search_pixels(search, &source->frame, fetched->pixels, result);
}
