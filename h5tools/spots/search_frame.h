/* Searches one fetched frame for spots; any thread may call it. */
#ifndef H5WINNOW_SPOTS_SEARCH_FRAME_H
#define H5WINNOW_SPOTS_SEARCH_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "input/frame_source.h"
#include "winnow.h"

struct spot_search {
    const wn_finder *finder;
    const wn_map *map;        /* of the finder */
    const wn_map *stored_map; /* that the chunks of the source were encoded with; may be NULL */
    const uint8_t *valid;     /* [height * width] 1 = good; NULL: all are */
};

struct spot_found {
    wn_found *found;  /* NULL: the frame was not searched */
    wn_status status; /* not WN_OK: why it was not searched */
    bool unusable;    /* it has no good pixel */
};

/* Searches a frame of frame_source_fetch(). Chunks of winnow whose map is that of the search are
 * searched without restoring their pixels. Skips frames that were never written or have a
 * fetched->problem; damage found here is noted there too. The caller frees result->found. */
void spot_search_frame(const struct spot_search *search, const struct frame_source *source,
                       struct fetched_frame *fetched, struct spot_found *result);

/* The same on the pixels of a frame. */
void spot_search_pixels(const struct spot_search *search, const wn_array *frame, const void *pixels,
                        struct spot_found *result);

#endif
