/* Bytes to a separated frame. */
#ifndef WN_DECODE_FRAME_READ_H
#define WN_DECODE_FRAME_READ_H

#include "decode/separated_frame.h"
#include "format/chunk_header.h"

/* Read a frame that is separated or, of the form WN_FORM_COUNTED, kept whole. Everything that is
 * read is checked against the map; memory is bounded by the map's frame. */
wn_status wn_frame_read(const struct frame_record *record, const wn_map *map, wn_type type,
                        struct separated_frame *frame);

#endif
