/* Writing the sections of a separated frame. */
#ifndef WN_ENCODE_FRAME_WRITE_H
#define WN_ENCODE_FRAME_WRITE_H

#include "format/byte_stream.h"
#include "frame/pixels.h"
#include "pick/separation.h"

/* Write a separated frame, or one that is kept whole. If it does not fit, or cannot be stored in
 * this form, w->full is set. */
wn_status wn_frame_write(struct byte_writer *w, const struct separation *separation,
                         const struct pixels *pixels);

#endif
