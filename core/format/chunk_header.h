/* Header and frame records of a chunk; plugin/FORMAT.md has the tables. */
#ifndef WN_FORMAT_CHUNK_HEADER_H
#define WN_FORMAT_CHUNK_HEADER_H

#include "format/byte_stream.h"
#include "geometry/model.h"

/*
 * A chunk, all numbers little-endian:
 *
 *      0  4  magic "WNW\x1a"            12  4  height
 *      4  1  format version             16  4  width
 *      5  1  flags                      20  4  bytes of the chunk
 *      6  2  element type               24  8  seed of the noise
 *      8  4  frames                     32     model (MODEL_BYTES), if HEADER_MODEL is set;
 *                                              then the frame records; then XXH64 of all before
 */
#define HEADER_BYTES   32
#define SEED_OFFSET    24
#define CHECKSUM_BYTES 8

enum {
    HEADER_BIG_ENDIAN = 1, /* byte order of the elements */
    HEADER_NOISE = 2,      /* restored with noise unless the reader says otherwise */
    HEADER_MODEL = 4,      /* a model follows: at least one frame is separated or counted */
};

struct chunk_header {
    wn_array array;
    bool noise;
    bool has_model;
    struct model model;
    uint64_t seed;
};

/* Frame record: form (1 byte), bytes of the contents (4), kept pixels (4), flagged pixels (4), then
 * the contents. */
#define RECORD_BYTES 13

struct frame_record {
    wn_form form;
    uint32_t kept, flagged;
    const uint8_t *contents;
    uint32_t size;
};

/* Write a header; size and seed are filled in by wn_chunk_header_seal(). */
void wn_chunk_header_write(struct byte_writer *w, const struct chunk_header *header);

/* Complete a chunk that begins at `chunk` and ends at w->next: size, seed, checksum. */
void wn_chunk_header_seal(struct byte_writer *w, uint8_t *chunk);

/* Verify and read the header; the reader is left at the first record. Checks, in this order: magic,
 * version, size, checksum, contents. */
wn_status wn_chunk_header_read(const void *chunk, size_t chunk_size, struct chunk_header *header,
                               struct byte_reader *reader);

/* The same for a chunk that must hold an array of this type and shape; else WN_ERR_MISMATCH. */
wn_status wn_chunk_header_read_expected(const void *chunk, size_t chunk_size,
                                        const wn_array *expected, struct chunk_header *header,
                                        struct byte_reader *reader);

/* Read the header alone; the checksum is not verified. */
wn_status wn_chunk_header_peek(const void *chunk, size_t chunk_size, struct chunk_header *header);

/* Read the next record; WN_ERR_TRUNCATED if there is none. */
wn_status wn_frame_record_read(struct byte_reader *reader, struct frame_record *record);

/* Read the header of a chunk that must hold `expected`, and the record of one of its frames.
 * WN_ERR_ARGUMENT: there is no such frame. */
wn_status wn_frame_record_find(const void *chunk, size_t chunk_size, const wn_array *expected,
                               uint32_t frame, struct chunk_header *header,
                               struct frame_record *record);

#endif
