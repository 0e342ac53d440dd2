/* A separated frame as it is read from a chunk. */
#ifndef WN_DECODE_SEPARATED_FRAME_H
#define WN_DECODE_SEPARATED_FRAME_H

#include "format/byte_stream.h"
#include "format/kept_grid.h"
#include "format/profile.h"
#include "frame/rects.h"

/* The entropy-coded part of a frame of counts that is kept on a grid or as a whole, see
 * decode/count_restore.h. */
struct coded_counts {
    struct kept_grid grid; /* square NULL: all are kept */
    float *mean;           /* [cells] expected count of a background pixel */
    size_t kept;
    struct byte_reader counts; /* section with the counts of the kept pixels */
    struct byte_reader sums; /* section with the sums of the blocks; next NULL if there are none */
};

/* A separated frame. */
struct separated_frame {
    struct profile profile;
    uint32_t *first_kept; /* [cells] integers: counts below it are drawn; NULL if nothing is drawn
                             from distributions */
    struct rect_list flagged;
    struct coded_counts coded; /* mean NULL: kept pixels are listed one by one */
    size_t kept;
    uint32_t *kept_index; /* [kept], ascending */
    uint64_t *kept_bits;  /* [kept], the elements as unsigned numbers */
};

void wn_separated_frame_free(struct separated_frame *frame);

#endif
