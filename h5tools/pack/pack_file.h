/* Packs a file, or a file with all those it links to. */
#ifndef H5WINNOW_PACK_PACK_FILE_H
#define H5WINNOW_PACK_PACK_FILE_H

#include "base/frame_range.h"
#include "base/outcome.h"
#include "base/progress.h"
#include "hdf5/file.h"
#include "input/image_datasets.h"
#include "pack/pack_frames.h"
#include "pack/pack_spots.h"
#include "params/filter_options.h"
#include "params/image_settings.h"

/* What the user wants. */
struct pack_order {
    struct filter_options request;
    struct frame_range frames;
    int threads;
    double patience;  /* seconds without a new frame after which --follow gives up */
    bool follow;      /* the input is still being written */
    bool verify;      /* read the output again and compare before it gets its name */
    bool keep_layout; /* keep files and links, in a new folder */
    bool force, repack, json, help;
    bool spots;    /* find them, and write a table of them into the output */
    int hits_only; /* leave out frames with fewer spots; 0: none. Sets `spots` */
    struct spot_options spot_options;
};

struct file_packing {
    const struct pack_order *order;
    struct address address; /* of the input */
    hid_t file;             /* the same, open */
    struct image_list images;
    struct image_settings settings; /* for frames like this one: */
    wn_array frame;
    const char *path; /* of that image, in the list */
    bool has_settings;
    uint64_t stored; /* bytes of the images in the input; 0: not known */
    struct progress progress;
    struct pack_tally tally;
    struct pack_spots spots;
    double seconds;
};

/* Packs INPUT[::DATASET] into a file, or with keep_layout into a folder. Prints the settings unless
 * order->json is set. Whatever the outcome, pack_file_free() must be called. */
enum outcome pack_file(const struct pack_order *order, const char *input, const char *output,
                       struct file_packing *packing);
void pack_file_free(struct file_packing *packing);

#endif
