/* Rows of a frame of counts, decoded without noise at the moment they are read: the whole frame is
 * never in memory. */
#ifndef WN_DECODE_LAZY_ROWS_H
#define WN_DECODE_LAZY_ROWS_H

#include "decode/dithered_means.h"
#include "decode/separated_frame.h"
#include "frame/pixels.h"
#include "geometry/map.h"

struct lazy_rows {
    struct row_source source; /* what struct pixels reads the rows through; must be first */
    const wn_map *map;
    struct dithered_means means;
    size_t n;           /* pixels that are restored exactly: */
    uint32_t *index;    /* [n] ascending */
    uint32_t *count;    /* [n] */
    size_t *row;        /* [height + 1] where the pixels of each row begin in the list */
    uint8_t *unflagged; /* [pixels] 1: the pixel is not restored as a flag */
};

/* Whether the rows of a frame can be decoded one by one: its pixels are counts, and its background
 * follows from distributions, not from sums of blocks. */
bool wn_lazy_rows_can(const struct separated_frame *frame, wn_type type);

/* Lists the kept pixels in `frame`. The source gives the counts that wn_densify() restores without
 * noise; unspecified values for flagged pixels. Errors: those of wn_densify(). */
wn_status wn_lazy_rows_create(const wn_map *map, struct separated_frame *frame, wn_type type,
                              struct lazy_rows *rows);
void wn_lazy_rows_free(struct lazy_rows *rows);

#endif
