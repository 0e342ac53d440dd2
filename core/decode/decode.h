/* Frames that are stored without a separation. */
#ifndef WN_DECODE_DECODE_H
#define WN_DECODE_DECODE_H

#include "format/chunk_header.h"

/* Restore a frame of the form WN_FORM_RAW or WN_FORM_LOSSLESS; others are WN_ERR_CORRUPT. */
wn_status wn_frame_record_restore(const struct frame_record *record, void *dst, size_t frame_bytes);

#endif
