/* Writing streams of counts, see format/count_stream.h. */
#ifndef WN_ENCODE_COUNT_STREAM_WRITE_H
#define WN_ENCODE_COUNT_STREAM_WRITE_H

#include "format/byte_stream.h"
#include "format/count_stream.h"

/* The resolution of contexts that pays for n counts, see count_context(): finer contexts fit
 * better, but each has a table. */
unsigned wn_count_stream_steps(size_t n);

/* Append n counts, none above LARGEST_COUNT, with their contexts. Allocates up to 11 bytes for each
 * count and 5 MiB. */
wn_status wn_count_stream_write(struct byte_writer *w, const uint8_t *context,
                                const uint32_t *count, size_t n);

#endif
