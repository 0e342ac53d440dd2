/* Reading the sections of a separated frame. */
#ifndef WN_DECODE_FRAME_READ_H
#define WN_DECODE_FRAME_READ_H

#include "decode/separated_frame.h"
#include "format/chunk_header.h"

/* Read a frame that is separated or, of the form WN_FORM_COUNTED, kept whole. Everything is checked
 * against the map, but for the streams of counts, which are checked when they are decoded. Memory
 * is bounded by the size of the frame. */
wn_status wn_frame_read(const struct frame_record *record, const wn_map *map, wn_type type,
                        struct separated_frame *frame);

#endif
