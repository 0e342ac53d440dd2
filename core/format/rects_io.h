/* Positions and sizes of rectangles as bytes: their number, first pixels, widths and heights;
 * plugin/FORMAT.md has the tables. The caller knows whether they are of pixels or of squares of a
 * grid, and stores values if they have any. */
#ifndef WN_FORMAT_RECTS_IO_H
#define WN_FORMAT_RECTS_IO_H

#include "format/byte_stream.h"
#include "frame/rects.h"

/* Write the rectangles, which are ascending by their first pixel. */
wn_status wn_rects_write(struct byte_writer *w, const struct rect_list *rects);

/* Read rectangles of a grid of down x across pixels; their bits are 0. They lie within the grid and
 * together have no more pixels than it, which bounds the time of working through them; else
 * WN_ERR_CORRUPT. The list is to be freed even on an error. */
wn_status wn_rects_read(struct byte_reader *r, uint32_t down, uint32_t across,
                        struct rect_list *rects);

#endif
