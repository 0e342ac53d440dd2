/* pack/unpack_frames.h - from a dataset that winnow has compressed to a dense one. */
#ifndef H5WINNOW_PACK_UNPACK_FRAMES_H
#define H5WINNOW_PACK_UNPACK_FRAMES_H

#include "base/frame_range.h"
#include "base/outcome.h"
#include "base/progress.h"
#include "hdf5/output_filter.h"
#include "input/frame_source.h"
#include "winnow.h"

struct frame_unpacker {
    const struct output_filter *lossless; /* how the output is compressed */
    struct frame_range range;
    wn_noise noise;
    int threads;
    bool skip_damaged; /* frames that cannot be restored become the fill value */
    struct progress *progress;
    uint64_t frames, damaged; /* go on counting */
    uint64_t raw_bytes, bytes;
};

/* Creates the dataset `name` in a group, with the type, shape and fill value of the source, and
 * writes all frames into it. A frame that cannot be restored ends it with BAD_INPUT, or is named
 * and left out (FINDING) if skip_damaged is set. */
enum outcome unpack_frames(struct frame_unpacker *unpacker, struct frame_source *source,
                           hid_t group, const char *name);

#endif
