/* input/decoded_frames.h - the frames of a dataset that winnow has compressed, each with what its
 * chunk stores of it. The plugin is not needed. */
#ifndef H5WINNOW_INPUT_DECODED_FRAMES_H
#define H5WINNOW_INPUT_DECODED_FRAMES_H

#include "input/stored_chunks.h"

struct decoded_frames {
    const struct dataset_layout *stack;
    hid_t file_type, type; /* of the elements: in the file; in memory */
    uint64_t frames;
    wn_map *map; /* that of all separated frames; NULL until one was read */

    struct stored_chunk chunk;
    bool read; /* the chunk was read; its number: */
    uint64_t number;
    uint8_t *pixels; /* all frames of the chunk, without noise, in memory's byte order */

    const uint8_t *frame;    /* the one that was read last; within pixels */
    wn_stored_frame *stored; /* the same; form RAW if no chunk has it */
};

/* Begins with a stack that winnow has compressed, which must outlive it. Whatever the outcome,
 * decoded_frames_close() is to be called. BAD_INPUT: chunks cut its frames, or do not fit the
 * filter. */
enum outcome decoded_frames_open(const struct dataset_layout *stack,
                                 struct decoded_frames *restored);
void decoded_frames_close(struct decoded_frames *restored);

/* Reads a frame, or complains. */
enum outcome decoded_frames_read(struct decoded_frames *restored, uint64_t frame);

#endif
