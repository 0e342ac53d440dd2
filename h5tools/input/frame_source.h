/*
 * input/frame_source.h - the frames of a dataset, read one by one in whatever way is fastest.
 *
 * Reading takes two steps: frame_source_fetch() calls HDF5 and belongs into the one thread that
 * does; fetched_frame_restore() decodes what was fetched and may run in any thread. Chunks of one
 * whole frame without filter, with bitshuffle-LZ4, with deflate (gzip), be it behind shuffle, or
 * with winnow are fetched as they are stored; all others pass HDF5's filters in the first step.
 */
#ifndef H5WINNOW_INPUT_FRAME_SOURCE_H
#define H5WINNOW_INPUT_FRAME_SOURCE_H

#include <hdf5.h>
#include <stdint.h>

#include "base/outcome.h"
#include "input/dataset_layout.h"
#include "winnow.h"

struct frame_source {
    hid_t dataset;
    const char *file, *path; /* for messages */
    struct dataset_layout stack;
    wn_array frame; /* one frame */
    size_t bytes;   /* of it */
    uint64_t frames;
    enum { WHOLE_RAW, WHOLE_BITSHUFFLE, WHOLE_DEFLATE, WHOLE_WINNOW, BY_HDF5 } way;
    hid_t type;      /* of the elements, in the file */
    uint8_t *filler; /* a frame that was never written */

    uint64_t block_frames; /* BY_HDF5: frames that are read at once */
    uint8_t *block;
    uint64_t block_first;
    bool block_read, block_good;
};

/* One frame on its way; begin with all zero. */
struct fetched_frame {
    uint64_t number;
    uint8_t *pixels; /* source->bytes, once restored */
    uint8_t *stored; /* what lies in the file, if that is not the pixels */
    size_t stored_size, stored_capacity;
    bool is_stored;      /* `stored` is still to be decoded */
    uint32_t skipped;    /* bit i: filter i was not applied to it */
    bool absent;         /* the frame was never written: pixels are the fill value */
    const char *problem; /* NULL, or why there are no pixels */
};

/* Makes a source of a dataset, which must stay open until frame_source_close(). BAD_INPUT, with a
 * message: it holds no frames of a type that winnow knows, or is a virtual dataset with a part
 * missing. `file` and `path` must outlive it. */
enum outcome frame_source_open(hid_t dataset, const char *file, const char *path,
                               struct frame_source *source);
void frame_source_close(struct frame_source *source);

/* The extent of a dataset like the source, but with `count` frames (three dimensions only, unless
 * that is all of them). */
hid_t frame_source_space(const struct frame_source *source, uint64_t count);

/* The properties to create such a dataset with: one frame per chunk, no filter, and the fill value
 * and order of attributes of the source; to be closed. */
hid_t frame_source_properties(const struct frame_source *source);

/* Looks again how many frames a dataset has that another program is writing; returns that. */
uint64_t frame_source_grow(struct frame_source *source);

/* Where frame `number` begins in the dataset. */
void frame_source_offset(const struct frame_source *source, uint64_t number,
                         hsize_t offset[H5S_MAX_RANK]);

/* Fetches a frame. A frame that cannot be read is no error of this call: see fetched->problem.
 * IO_FAILURE: no memory. */
enum outcome frame_source_fetch(struct frame_source *source, uint64_t number,
                                struct fetched_frame *fetched);

/* Makes the pixels of a frame that was fetched. `map` may be NULL, or a map that winnow chunks of
 * this source were made with; noise as in wn_decode(). */
void fetched_frame_restore(const struct frame_source *source, struct fetched_frame *fetched,
                           const wn_map *map, wn_noise noise);
void fetched_frame_free(struct fetched_frame *fetched);

#endif
