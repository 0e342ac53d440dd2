/* spot_search_file.h - searching the images of a file for spots. */
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
    hid_t file;             /* the same, open; -1: it is not */
    struct image_series series;
    struct image_settings settings;
    bool has_settings;
    wn_params params;         /* of the map: those of the settings, or of the frames if winnow has
                                 compressed them */
    bool stored_params;       /* the latter */
    wn_map *map, *stored_map; /* of its own; NULL: that of the settings, or none */
    struct spot_search_pass pass;

    uint64_t wanted;  /* frames */
    uint64_t damaged; /* frames that cannot be read: not searched, and complained about */
    wn_left_out left_out;
    struct progress progress;
    double seconds;
};

/* Opens INPUT[::DATASET] and makes everything ready, without reading more than one frame. Whatever
 * the outcome, spot_search_file_free() is to be called. `order` must outlive it. */
enum outcome spot_search_file_open(const struct spot_order *order, const char *input,
                                   struct spot_search_file *finding);

/* Searches all frames that are wanted: finding->pass.table is then complete. FINDING, with
 * messages: frames are damaged, without a good pixel, or crowded; BAD_INPUT: so are all that could
 * be searched. */
enum outcome spot_search_file_run(struct spot_search_file *finding);

/* Closes the input, which the table no longer needs. */
void spot_search_file_close(struct spot_search_file *finding);
void spot_search_file_free(struct spot_search_file *finding);

#endif
