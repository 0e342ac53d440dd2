/* Reading streams of counts, see format/count_stream.h. */
#ifndef WN_FORMAT_COUNT_STREAM_READ_H
#define WN_FORMAT_COUNT_STREAM_READ_H

#include "format/count_stream.h"

/* Counts that are read part by part. */
struct count_stream {
    struct count_codes codes;
    struct rans_reader symbols;
    uint32_t plain[COUNT_CONTEXTS]; /* count_code_plain() */
    uint8_t *low;                   /* low bits, readable for 8 bytes beyond the end */
    uint64_t bits, bits_used;
    uint64_t *escape; /* [escapes] */
    size_t escapes, escapes_used;
    bool wrong;
};

/* Take in a stream of `most` counts at most; what follows it is left in the reader. Allocates as
 * much as is read, 8 bytes for each count and 5 MiB. WN_ERR_TRUNCATED, WN_ERR_CORRUPT: the stream
 * is damaged. */
wn_status wn_count_stream_open(struct count_stream *counts, struct byte_reader *r, size_t most);
void wn_count_stream_close(struct count_stream *counts);

/* The next n counts, none above LARGEST_COUNT; of a damaged stream any. */
void wn_count_stream_next(struct count_stream *counts, const uint8_t *class, uint32_t *count,
                          size_t n);

/* To be asked when all counts are read: whether the stream was made of these, and is not damaged.
 */
bool wn_count_stream_is_complete(struct count_stream *counts);

/* Read a stream of n counts at once. */
wn_status wn_count_stream_read(struct byte_reader *r, const uint8_t *class, uint32_t *count,
                               size_t n);

#endif
