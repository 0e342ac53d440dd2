/* A separated frame as it comes out of a chunk. */
#ifndef WN_DECODE_SEPARATED_FRAME_H
#define WN_DECODE_SEPARATED_FRAME_H

#include "format/byte_stream.h"
#include "format/kept_grid.h"
#include "format/profile.h"
#include "frame/rects.h"

/* What a frame of counts has that is kept in places, or whole: see decode/count_restore.h. */
struct counted {
    struct kept_grid grid; /* square NULL: all are kept */
    float *mean;           /* [cells], what a background pixel is expected to count */
    size_t kept;
    struct byte_reader counts; /* the section of the counts of the kept pixels */
    struct byte_reader sums;   /* that of the sums of the blocks; empty if there are none */
};

/* A separated frame as it comes out of a chunk. */
struct separated_frame {
    struct profile profile;
    uint32_t *first_kept; /* [cells], integers; NULL if no law is drawn from */
    struct rect_list flagged;
    struct counted counted; /* mean NULL: kept pixels are listed one by one */
    size_t kept;
    uint32_t *kept_index; /* [kept], ascending */
    uint64_t *kept_bits;  /* [kept], the elements as unsigned numbers */
};

void wn_separated_frame_free(struct separated_frame *frame);

#endif
