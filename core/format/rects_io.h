/* The shapes of areas as bytes: how many, then the numbers of their first pixels, widths and
 * heights; plugin/FORMAT.md has the tables. What the pixels are, those of a frame or the squares of
 * a grid, and their values are for the caller. */
#ifndef WN_FORMAT_RECTS_IO_H
#define WN_FORMAT_RECTS_IO_H

#include "format/byte_stream.h"
#include "frame/rects.h"

/* Write shapes; the areas are ascending. */
wn_status wn_rects_write(struct byte_writer *w, const struct rect_list *areas);

/* Read the shapes of areas within a grid; their bits are 0. Together they have no more pixels than
 * the grid, so that working through them takes no longer than that. WN_ERR_CORRUPT: they are not as
 * they must be. The list is to be freed whatever comes out. */
wn_status wn_rects_read(struct byte_reader *r, uint32_t down, uint32_t across,
                        struct rect_list *areas);

#endif
