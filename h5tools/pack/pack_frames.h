/* Compresses the frames of a dataset into another one. */
#ifndef H5WINNOW_PACK_PACK_FRAMES_H
#define H5WINNOW_PACK_PACK_FRAMES_H

#include "base/frame_range.h"
#include "base/outcome.h"
#include "base/progress.h"
#include "input/frame_source.h"
#include "spots/search_pass.h"
#include "winnow.h"

/* Counts of what has been written so far. */
struct pack_tally {
    uint64_t frames;     /* all */
    uint64_t separated;  /* into signal and background; the others are stored losslessly */
    uint64_t absent;     /* never written in the input, nor in the output */
    uint64_t left_out;   /* frames with too few spots; not in the other counts */
    uint64_t raw_bytes;  /* of the frames, before any compression */
    uint64_t read_bytes; /* stored in the input; 0: not known */
    uint64_t bytes;      /* stored in the output */
    uint64_t kept, flagged;
};

struct frame_packer {
    const wn_params *params;
    const wn_map *map; /* of the frames of the source, with the static mask */
    struct frame_range range;
    int threads;
    bool follow;     /* the source is still being written, and grows */
    double patience; /* seconds without a new frame after which that ends with a FINDING */
    struct progress *progress;
    struct pack_tally *tally; /* is added to */

    struct spot_search_pass *spots; /* finds spots; NULL: do not */
    uint64_t spots_first;           /* number of the first frame in the table */
    int hits_only;                  /* leave out frames with fewer spots than this; 0: none */
};

/* Creates the dataset `name` in a group, with the type, shape and fill value of the source and one
 * frame per chunk, and writes all frames into it, in order. A frame that cannot be read ends it
 * with BAD_INPUT. Where frames are left out, a dataset frame_numbers_<name> beside it has the
 * numbers that the others had in the source. */
enum outcome pack_frames(const struct frame_packer *packer, struct frame_source *source,
                         hid_t group, const char *name);

#endif
