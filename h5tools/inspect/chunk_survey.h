/*
 * survey.h - what the chunks of a dataset hold.
 *
 * Counts are of images: an image is a frame or, where chunks cut frames, the part of one that lies
 * in one chunk. Padding beyond the end of the dataset does not count.
 */
#ifndef H5WINNOW_SURVEY_H
#define H5WINNOW_SURVEY_H

#include "input/stored_chunks.h"

enum image_kind {
    IMAGE_SEPARATED,
    IMAGE_LOSSLESS,
    IMAGE_RAW,
    IMAGE_COUNTED, /* every pixel, its count coded given the background */
    IMAGE_SKIPPED, /* winnow was skipped for its chunk */
    IMAGE_HIDDEN,  /* another filter came after winnow */
    IMAGE_ABSENT,  /* never written */
    IMAGE_DAMAGED,
    IMAGE_KINDS,
};

/* Pixels per separated image. */
struct spread {
    uint64_t sum, least, most;
};

/* A chunk that cannot be restored. */
struct damage {
    hsize_t offset[H5S_MAX_RANK];
    uint64_t frame;  /* its first one */
    uint64_t images; /* that are lost */
    haddr_t address; /* in the file, HADDR_UNDEF if it is not known */
    size_t size;
    const char *reason;
};

struct survey {
    uint64_t images[IMAGE_KINDS];
    uint64_t stored_chunks;
    uint64_t stored_bytes;
    struct spread kept, flagged;
    uint64_t chunks_with_noise, chunks_without_noise;
    unsigned oldest_version, newest_version; /* of the chunk format; 0: no chunk could be read */
    struct damage *damages;
    size_t damage_count;
};

/* Reads all chunks of a dataset that winnow has filtered, and verifies their checksums. Whatever
 * the outcome, survey_free() is to be called. */
enum outcome survey_make(const struct stack *stack, struct survey *survey);
void survey_free(struct survey *survey);

/* Whether winnow has made any of the chunks. */
bool survey_filtered(const struct survey *survey);

/* Bytes of the frames that were written, before compression. */
uint64_t survey_raw_bytes(const struct stack *stack, const struct survey *survey);

#endif
