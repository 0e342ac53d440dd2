/* Searches the images of a file for spots. */
#ifndef H5WINNOW_SPOTS_SEARCH_FILE_H
#define H5WINNOW_SPOTS_SEARCH_FILE_H

#include "base/frame_range.h"
#include "base/progress.h"
#include "hdf5/file.h"
#include "params/image_settings.h"
#include "spots/image_series.h"
#include "spots/options.h"
#include "spots/search_pass.h"

/* What the user wants. */
struct spot_order {
    struct filter_options request;
    struct spot_options options;
    struct frame_range frames;
    int threads;
    bool shoeboxes;
};

struct spot_search_file {
    const struct spot_order *order;
    struct address address; /* of the input */
    hid_t file;             /* -1: not open */
    struct image_series series;
    struct image_settings settings;
    bool has_settings;
    wn_params params;         /* of the map: from the settings, or from a compressed dataset */
    bool stored_params;       /* params are from the dataset */
    wn_map *map, *stored_map; /* owned; NULL: that of the settings, or none */
    struct spot_search_pass pass;

    uint64_t wanted;  /* selected frames */
    uint64_t damaged; /* frames that cannot be read: skipped, with a message */
    wn_left_out left_out;
    struct progress progress;
    double seconds;
};

/* Opens INPUT[::DATASET] and prepares the search; reads at most one frame. Whatever the outcome,
 * spot_search_file_free() must be called. `order` must outlive the search. */
enum outcome spot_search_file_open(const struct spot_order *order, const char *input,
                                   struct spot_search_file *search);

/* Searches all selected frames and completes search->pass.table. FINDING, with messages: some
 * frames are damaged, crowded, or have no good pixel; BAD_INPUT: no frame could be searched. */
enum outcome spot_search_file_run(struct spot_search_file *search);

/* Closes the input, which the table no longer needs. */
void spot_search_file_close(struct spot_search_file *search);
void spot_search_file_free(struct spot_search_file *search);

#endif
