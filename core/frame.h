/* One separated frame as bytes. */
#ifndef WN_FRAME_H
#define WN_FRAME_H

#include "densify.h"
#include "separate.h"
#include "stream.h"

/* Write a separated frame. If it does not fit, or cannot be stored in this form, the writer is full
 * afterwards. */
wn_status frame_write(struct writer *w, const struct separation *separation,
                      const struct pixels *pixels);

/* Read a separated frame with the given numbers of kept and flagged pixels. Everything that is read
 * is checked against the map; memory is bounded by the map's frame. */
wn_status frame_read(struct reader *r, const wn_map *map, wn_type type, size_t kept, size_t flagged,
                     struct separated_frame *frame);

#endif
