/*
 * One pass over the frames of a series, from the settings of its detector to a table of spots. The
 * caller provides the frames: of a file that is searched, or that is packed.
 */
#ifndef H5WINNOW_SPOTS_SEARCH_PASS_H
#define H5WINNOW_SPOTS_SEARCH_PASS_H

#include "input/frame_source.h"
#include "params/image_settings.h"
#include "spots/collect.h"
#include "spots/options.h"
#include "spots/search_frame.h"

struct spot_search_pass {
    const struct spot_options *options;
    wn_finder *finder;
    struct spot_search search; /* threads may share it */
    wn_spot_rule rule;
    struct spot_collector collector;
    struct spot_table table;
    size_t good_pixels;
    uint64_t absent;   /* frames that were never written */
    uint64_t unusable; /* frames without a good pixel */
    uint64_t crowded;  /* frames with more strong pixels than spots can have */
};

/* Begins with what is searched: a file, the dataset or group of its frames, and their size. The
 * table gets the mask of the settings with the excluded regions. Whatever the outcome,
 * spot_search_pass_free() must be called. Options and settings must outlive the pass. */
enum outcome spot_search_pass_describe(struct spot_search_pass *pass,
                                       const struct spot_options *options, const char *file,
                                       const char *dataset, const wn_array *frame,
                                       const struct image_settings *settings);

/* Prepares the search. `map` and `params` are those of wn_finder_create(): they have the mask of
 * the table, and must outlive the pass. BAD_INPUT: the method needs another map. */
enum outcome spot_search_pass_begin(struct spot_search_pass *pass, const wn_map *map,
                                    const wn_params *params, bool across_frames, bool shoeboxes);

/* Counts the spots of a frame taken by itself; threads may share the pass. */
wn_status spot_search_pass_count(const struct spot_search_pass *pass, const wn_found *found,
                                 uint64_t *count);

/* Adds a searched frame; numbers must ascend. `source` and fetched->number are for messages.
 * FINDING, with a message for the first one: the frame is crowded. */
enum outcome spot_search_pass_add(struct spot_search_pass *pass, uint64_t number,
                                  const struct frame_source *source,
                                  const struct fetched_frame *fetched,
                                  const struct spot_found *found);

/* Completes the table after the last frame. FINDING, with a message: frames have no good pixel;
 * BAD_INPUT: no frame has one, or none was added. */
enum outcome spot_search_pass_end(struct spot_search_pass *pass);

void spot_search_pass_free(struct spot_search_pass *pass);

#endif
