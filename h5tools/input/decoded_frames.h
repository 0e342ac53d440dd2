/* Decoded frames of a dataset compressed by winnow, each with its stored form. Needs no plugin. */
#ifndef H5WINNOW_INPUT_DECODED_FRAMES_H
#define H5WINNOW_INPUT_DECODED_FRAMES_H

#include "input/stored_chunks.h"

struct decoded_frames {
    const struct dataset_layout *stack;
    hid_t file_type, type; /* of the elements: in the file; in memory */
    uint64_t frames;
    wn_map *map; /* of all separated frames; NULL until one was read */

    struct stored_chunk chunk;
    bool read;       /* the chunk was read */
    uint64_t number; /* of that chunk */
    uint8_t *pixels; /* all frames of the chunk, without noise, in native byte order */

    const uint8_t *frame;    /* the one read last; points into pixels */
    wn_stored_frame *stored; /* its stored form; RAW if no chunk has it */
};

/* Opens a stack compressed by winnow, which must outlive the struct. decoded_frames_close() must be
 * called whatever the outcome. BAD_INPUT: not compressed by winnow as whole frames. */
enum outcome decoded_frames_open(const struct dataset_layout *stack,
                                 struct decoded_frames *restored);
void decoded_frames_close(struct decoded_frames *restored);

/* Reads and decodes a frame; a failure is reported. */
enum outcome decoded_frames_read(struct decoded_frames *restored, uint64_t frame);

#endif
