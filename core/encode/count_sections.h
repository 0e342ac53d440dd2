/* Frames of counts whose signal is kept in places, or that are kept whole, as they are
 * written: the counts of kept pixels and the sums of blocks, coded given the background. */
#ifndef WN_ENCODE_COUNT_SECTIONS_H
#define WN_ENCODE_COUNT_SECTIONS_H

#include "format/byte_stream.h"
#include "frame/pixels.h"
#include "pick/separation.h"

/* Write the sections: the counts of the kept pixels, and the sums of the blocks. */
wn_status wn_count_sections_write_kept(struct byte_writer *w, const struct separation *separation,
                                       const struct pixels *pixels, const float *mean);
wn_status wn_count_sections_write_sums(struct byte_writer *w, const struct separation *separation,
                                       const float *mean);

#endif
