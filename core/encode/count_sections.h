/* Frames of counts whose signal is kept in places, or that are kept whole, as they are
 * written: the counts of kept pixels and the sums of blocks, coded given the background. */
#ifndef WN_COUNTED_H
#define WN_COUNTED_H

#include "format/byte_stream.h"
#include "frame/pixels.h"
#include "pick/separation.h"

/* Write the sections: the counts of the kept pixels, and the sums of the blocks. */
wn_status counted_write_kept(struct writer *w, const struct separation *separation,
                             const struct pixels *pixels, const float *mean);
wn_status counted_write_sums(struct writer *w, const struct separation *separation,
                             const float *mean);

#endif
