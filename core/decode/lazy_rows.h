/* Rows of a frame of counts that is stored as its law and kept pixels, restored without noise when
 * they are looked at: the whole frame is never in memory. */
#ifndef WN_DECODE_LAZY_ROWS_H
#define WN_DECODE_LAZY_ROWS_H

#include "decode/dithered_means.h"
#include "decode/separated_frame.h"
#include "frame/pixels.h"
#include "geometry/map.h"

struct lazy_rows {
    struct row_source source; /* what struct pixels reads them through; must be first */
    const wn_map *map;
    struct dithered_means means;
    size_t n;           /* pixels that are not restored from their law: */
    uint32_t *index;    /* [n] ascending */
    uint32_t *count;    /* [n] */
    size_t *row;        /* [height + 1] where the pixels of each row begin in the list */
    uint8_t *unflagged; /* [pixels] 1: the pixel is not restored as a flag */
};

/* Whether the rows of a frame can be restored one by one: its pixels are counts, drawn from laws,
 * or kept. */
bool wn_lazy_rows_can(const struct separated_frame *frame, wn_type type);

/* The kept pixels of the frame become listed ones. The counts of the source are those that
 * wn_densify() restores without noise, of flagged pixels anything. Errors: those of wn_densify().
 */
wn_status wn_lazy_rows_create(const wn_map *map, struct separated_frame *frame, wn_type type,
                              struct lazy_rows *rows);
void wn_lazy_rows_free(struct lazy_rows *rows);

#endif
