/* Encoding of frames of counts, kept on a grid or as a whole: the counts of kept pixels and the
 * sums of blocks, coded by their expected counts. */
#ifndef WN_ENCODE_COUNT_SECTIONS_H
#define WN_ENCODE_COUNT_SECTIONS_H

#include "format/byte_stream.h"
#include "frame/pixels.h"
#include "pick/separation.h"

/* Write the contents of the sections with the counts of the kept pixels, and with the sums of the
 * blocks. mean: [cells] expected counts, as the reader knows them. */
wn_status wn_count_sections_write_kept(struct byte_writer *w, const struct separation *separation,
                                       const struct pixels *pixels, const float *mean);
wn_status wn_count_sections_write_sums(struct byte_writer *w, const struct separation *separation,
                                       const float *mean);

#endif
