/* The chunks of a stack as stored, past all filters. */
#ifndef H5WINNOW_INPUT_STORED_CHUNKS_H
#define H5WINNOW_INPUT_STORED_CHUNKS_H

#include "input/dataset_layout.h"

enum stored_chunk_state {
    CHUNK_ABSENT,     /* never written: HDF5 gives the fill value */
    CHUNK_STORED,     /* bytes and size are a winnow chunk */
    CHUNK_RAW,        /* winnow was skipped: raw pixels, except for other filters */
    CHUNK_HIDDEN,     /* another filter came after winnow: the bytes are unknown */
    CHUNK_UNREADABLE, /* HDF5 cannot read it, or its size is impossible */
};

struct stored_chunk {
    enum stored_chunk_state state;
    hsize_t offset[H5S_MAX_RANK]; /* of its first element in the dataset */
    uint8_t *bytes;
    size_t size;     /* bytes stored */
    size_t capacity; /* of `bytes` */
};

/* Reads a chunk by its number, counted row by row. Memory is reused from one call to the next:
 * initialise to zero. False: out of memory. */
bool stored_chunk_read(const struct dataset_layout *stack, uint64_t number,
                       struct stored_chunk *chunk);
void stored_chunk_free(struct stored_chunk *chunk);

/* Reads the `size` stored bytes of a chunk, past all filters; bit i of *skipped: filter i was
 * skipped for this chunk. */
herr_t stored_chunk_read_raw(hid_t dataset, const hsize_t *offset, uint32_t *skipped, void *bytes,
                             size_t size);

/* Address of the chunk in its file; HADDR_UNDEF: unknown. May take as long as reading the index of
 * all chunks. */
haddr_t stored_chunk_address(const struct dataset_layout *stack, const struct stored_chunk *chunk);

/* The number of the frame that image `image` of the chunk, which holds one or more frames or parts
 * of frames, belongs to. False: it is beyond the end of the dataset. */
bool stored_chunk_frame(const struct dataset_layout *stack, const struct stored_chunk *chunk,
                        uint32_t image, uint64_t *frame);

#endif
