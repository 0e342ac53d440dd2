/*
 * Reads and counts the chunks of a dataset.
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
    IMAGE_COUNTED, /* lossless: every count coded given the background */
    IMAGE_SKIPPED, /* HDF5 skipped the filter for its chunk */
    IMAGE_HIDDEN,  /* another filter was applied after winnow */
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
    uint64_t images; /* number of lost images */
    haddr_t address; /* in the file; HADDR_UNDEF: not known */
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

/* Reads all chunks of a dataset of winnow and verifies their checksums. Whatever the outcome,
 * chunk_survey_free() must be called. */
enum outcome chunk_survey_make(const struct dataset_layout *stack, struct chunk_survey *survey);
void chunk_survey_free(struct chunk_survey *survey);

/* Whether winnow wrote any of the chunks. */
bool chunk_survey_filtered(const struct chunk_survey *survey);

/* Bytes of the frames that were written, before compression. */
uint64_t chunk_survey_raw_bytes(const struct dataset_layout *stack,
                                const struct chunk_survey *survey);

#endif
