/* input/stored_chunks.h - the chunks of a stack as they are stored, without passing any filter. */
#ifndef H5WINNOW_INPUT_STORED_CHUNKS_H
#define H5WINNOW_INPUT_STORED_CHUNKS_H

#include "input/dataset_layout.h"

enum stored_chunk_state {
    CHUNK_ABSENT,     /* never written: HDF5 gives the fill value */
    CHUNK_STORED,     /* bytes and size are what winnow has made of it */
    CHUNK_RAW,        /* winnow was skipped: the pixels as they are, but for other filters */
    CHUNK_HIDDEN,     /* another filter came after winnow: the bytes are unknown */
    CHUNK_UNREADABLE, /* HDF5 cannot read it, or its size makes no sense */
};

struct stored_chunk {
    enum stored_chunk_state state;
    hsize_t offset[H5S_MAX_RANK]; /* of its first element in the dataset */
    uint8_t *bytes;
    size_t size;     /* bytes stored */
    size_t capacity; /* of `bytes` */
};

/* Reads a chunk by its number, counted row by row. Memory is used again from one call to the next:
 * begin with an empty struct. False: not enough memory. */
bool stored_chunk_read(const struct dataset_layout *stack, uint64_t number,
                       struct stored_chunk *chunk);
void stored_chunk_free(struct stored_chunk *chunk);

/* Reads the bytes of a chunk that has `size` of them, past all filters; bit i of *skipped: filter i
 * was skipped for it. */
herr_t stored_chunk_read_raw(hid_t dataset, const hsize_t *offset, uint32_t *skipped, void *bytes,
                             size_t size);

/* Where the chunk begins in its file; HADDR_UNDEF if that is not known. May take as long as reading
 * the index of all chunks. */
haddr_t stored_chunk_address(const struct dataset_layout *stack, const struct stored_chunk *chunk);

/* The number of the frame that image `image` of the chunk, which holds one or more frames or parts
 * of frames, belongs to. False: it is beyond the end of the dataset. */
bool stored_chunk_frame(const struct dataset_layout *stack, const struct stored_chunk *chunk,
                        uint32_t image, uint64_t *frame);

#endif
