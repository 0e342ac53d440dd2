/* Reading streams of counts, see format/count_stream.h. */
#ifndef WN_FORMAT_COUNT_STREAM_READ_H
#define WN_FORMAT_COUNT_STREAM_READ_H

#include "format/count_stream.h"

/* A stream of counts that is read in parts. */
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

/* Open a stream of at most `most` counts; the reader is left behind it. Allocates as much as is
 * read, 8 bytes for each count and 5 MiB. WN_ERR_TRUNCATED, WN_ERR_CORRUPT: the stream is
 * damaged. */
wn_status wn_count_stream_open(struct count_stream *counts, struct byte_reader *r, size_t most);
void wn_count_stream_close(struct count_stream *counts);

/* Read the next n counts, none above LARGEST_COUNT; unspecified values if the stream is damaged. */
void wn_count_stream_next(struct count_stream *counts, const uint8_t *context, uint32_t *count,
                          size_t n);

/* Whether the counts read so far are exactly those of the stream, and nothing was damaged. To be
 * called once all counts are read. */
bool wn_count_stream_is_complete(struct count_stream *counts);

/* Read a stream of n counts at once. */
wn_status wn_count_stream_read(struct byte_reader *r, const uint8_t *context, uint32_t *count,
                               size_t n);

#endif
