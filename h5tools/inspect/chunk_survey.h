/*
 * inspect/chunk_survey.h - what the chunks of a dataset hold.
 *
 * Counts are of images: an image is a frame or, where chunks cut frames, the part of one that lies
 * in one chunk. Padding beyond the end of the dataset does not count.
 */
#ifndef H5WINNOW_INSPECT_CHUNK_SURVEY_H
#define H5WINNOW_INSPECT_CHUNK_SURVEY_H

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
struct count_spread {
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

struct chunk_survey {
    uint64_t images[IMAGE_KINDS];
    uint64_t stored_chunks;
    uint64_t stored_bytes;
    struct count_spread kept, flagged;
    uint64_t chunks_with_noise, chunks_without_noise;
    unsigned oldest_version, newest_version; /* of the chunk format; 0: no chunk could be read */
    struct damage *damages;
    size_t damage_count;
};

/* Reads all chunks of a dataset that winnow has filtered, and verifies their checksums. Whatever
 * the outcome, chunk_survey_free() is to be called. */
enum outcome chunk_survey_make(const struct dataset_layout *stack, struct chunk_survey *survey);
void chunk_survey_free(struct chunk_survey *survey);

/* Whether winnow has made any of the chunks. */
bool chunk_survey_filtered(const struct chunk_survey *survey);

/* Bytes of the frames that were written, before compression. */
uint64_t chunk_survey_raw_bytes(const struct dataset_layout *stack,
                                const struct chunk_survey *survey);

#endif
