/* Reading streams of counts, see counts.h. */
#ifndef WN_COUNTS_READ_H
#define WN_COUNTS_READ_H

#include "format/count_stream.h"

/* Counts that are read part by part. */
struct counts_reader {
    struct count_codes codes;
    struct rans_reader symbols;
    uint32_t plain[COUNT_CLASSES]; /* count_code_plain() */
    uint8_t *low;                  /* low bits, readable for 8 bytes beyond the end */
    uint64_t bits, bits_used;
    uint64_t *escape; /* [escapes] */
    size_t escapes, escapes_used;
    bool wrong;
};

/* Take in a stream of `most` counts at most; what follows it is left in the reader. Allocates as
 * much as is read, 8 bytes for each count and 5 MiB. WN_ERR_TRUNCATED, WN_ERR_CORRUPT: the stream
 * is damaged. */
wn_status counts_open(struct counts_reader *counts, struct reader *r, size_t most);
void counts_close(struct counts_reader *counts);

/* The next n counts, none above LARGEST_COUNT; of a damaged stream any. */
void counts_next(struct counts_reader *counts, const uint8_t *class, uint32_t *count, size_t n);

/* To be asked when all counts are read: whether the stream was made of these, and is not damaged.
 */
bool counts_are_complete(struct counts_reader *counts);

/* Read a stream of n counts at once. */
wn_status counts_read(struct reader *r, const uint8_t *class, uint32_t *count, size_t n);

#endif
