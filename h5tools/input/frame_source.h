/*
 * The frames of a dataset, read one by one in the fastest way available.
 *
 * Reading takes two steps: frame_source_fetch() calls HDF5, so only one thread may use it;
 * fetched_frame_restore() decodes the fetched bytes and may run in any thread. Chunks of one whole
 * frame are fetched as stored if they have no filter, bitshuffle-LZ4, deflate (gzip) with or
 * without shuffle, or winnow; all others pass HDF5's filters in the first step.
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
    size_t bytes;   /* of one frame */
    uint64_t frames;
    enum { WHOLE_RAW, WHOLE_BITSHUFFLE, WHOLE_DEFLATE, WHOLE_WINNOW, BY_HDF5 } way;
    hid_t type;      /* of the elements, in the file */
    uint8_t *filler; /* a frame of fill values */

    uint64_t block_frames; /* BY_HDF5: frames read at once */
    uint8_t *block;
    uint64_t block_first;
    bool block_read, block_good;
};

/* One frame being read; initialise to zero. */
struct fetched_frame {
    uint64_t number;
    uint8_t *pixels; /* source->bytes, once restored */
    uint8_t *stored; /* the stored chunk, if it is not the pixels */
    size_t stored_size, stored_capacity;
    bool is_stored;      /* `stored` is to be decoded */
    uint32_t skipped;    /* bit i: filter i was not applied to it */
    bool absent;         /* the frame was never written: pixels are the fill value */
    const char *problem; /* NULL, or why the pixels are missing */
};

/* Opens a dataset as a source; it must stay open until frame_source_close(), and `file` and `path`
 * must outlive the source. BAD_INPUT, with a message: no frames of a type that winnow supports, or
 * a virtual dataset with a missing part. */
enum outcome frame_source_open(hid_t dataset, const char *file, const char *path,
                               struct frame_source *source);
void frame_source_close(struct frame_source *source);

/* The extent of a dataset like the source, but with `count` frames (three dimensions only, unless
 * that is all of them). */
hid_t frame_source_space(const struct frame_source *source, uint64_t count);

/* The properties to create such a dataset with: one frame per chunk, no filter, and the fill value
 * and order of attributes of the source; to be closed. */
hid_t frame_source_properties(const struct frame_source *source);

/* Updates the number of frames of a dataset that another program is writing; returns it. */
uint64_t frame_source_grow(struct frame_source *source);

/* The offset of frame `number` in the dataset. */
void frame_source_offset(const struct frame_source *source, uint64_t number,
                         hsize_t offset[H5S_MAX_RANK]);

/* Fetches a frame. A frame that cannot be read is not an error of this call: see fetched->problem.
 * IO_FAILURE: out of memory. */
enum outcome frame_source_fetch(struct frame_source *source, uint64_t number,
                                struct fetched_frame *fetched);

/* Decodes the pixels of a fetched frame. `map`: NULL, or the map that the winnow chunks of this
 * source were made with; noise as in wn_decode(). */
void fetched_frame_restore(const struct frame_source *source, struct fetched_frame *fetched,
                           const wn_map *map, wn_noise noise);
void fetched_frame_free(struct fetched_frame *fetched);

#endif
