/* Flagged pixels as rectangles of one value. Module gaps, beam stops and dead pixels make few
 * rectangles, which are cheap to store in every chunk. */
#ifndef WN_FRAME_RECTS_H
#define WN_FRAME_RECTS_H

#include "winnow.h"

/* Adjacent flagged pixels of one row with the same bits. */
struct run {
    uint32_t first, length; /* pixel = y * width + x */
    uint64_t bits;
};

struct run_list {
    struct run *run;
    size_t n, capacity;
};

/* Append flagged pixels of one row, in ascending order. They extend the last run if they follow it
 * in the same row and have the same bits. */
wn_status wn_run_list_add(struct run_list *list, const struct run *run, uint32_t width);
void wn_run_list_free(struct run_list *list);

struct rect {
    uint32_t first; /* top left pixel */
    uint32_t width, height;
    uint64_t bits;
};

struct rect_list {
    struct rect *area; /* ascending by first */
    size_t n;
    size_t pixels; /* in all rectangles */
};

/* Join runs to rectangles: runs of consecutive rows that agree in column, length and bits. The
 * concatenated lists must be in ascending order. */
wn_status wn_rects_of_runs(const struct run_list *list, size_t lists, uint32_t width,
                           struct rect_list *rects);

/* Merge the rectangles of another list into this one, in order; the other is then empty. */
wn_status wn_rect_list_merge(struct rect_list *rects, struct rect_list *other);

void wn_rect_list_free(struct rect_list *rects);

#endif
