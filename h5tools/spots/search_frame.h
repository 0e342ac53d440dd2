/* spots/search_frame.h - what is found on one frame that was fetched, by any thread. */
#ifndef H5WINNOW_SPOTS_SEARCH_FRAME_H
#define H5WINNOW_SPOTS_SEARCH_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "input/frame_source.h"
#include "winnow.h"

struct spot_search {
    const wn_finder *finder;
    const wn_map *map;        /* of the finder */
    const wn_map *stored_map; /* that winnow chunks of the source were made with; may be NULL */
    const uint8_t *valid;     /* [height * width] 1 = good; NULL: all are */
};

struct spot_found {
    wn_found *found;  /* NULL: the frame was not searched */
    wn_status status; /* if it is not WN_OK, why */
    bool unusable;    /* it has no good pixel */
};

/* Searches a frame that frame_source_fetch() has fetched; chunks of winnow without restoring their
 * pixels where the map fits them. Not searched are frames that were never written, and those with a
 * fetched->problem, which damage becomes as well. The caller frees what was found. */
void spot_search_frame(const struct spot_search *search, const struct frame_source *source,
                       struct fetched_frame *fetched, struct spot_found *result);

/* The same on the pixels of a frame. */
void spot_search_pixels(const struct spot_search *search, const wn_array *frame, const void *pixels,
                        struct spot_found *result);

#endif
