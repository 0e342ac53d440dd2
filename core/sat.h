/* Summed-area tables of counts, exact: sums over windows of a frame at a cost that does not depend
 * on the size of the window. The table is that of a band of rows, which moves down the frame. */
#ifndef WN_SAT_H
#define WN_SAT_H

#include "pixels.h"

/* Pixels from here on are left out of the sums, as flagged ones are (DIALS does so). */
#define SAT_LIMIT (1u << 24)

struct sat {
    const struct pixels *pixels;
    const uint8_t *left_out; /* [height * width], of more pixels to be left out; may be NULL */
    size_t radius_x, radius_y;
    size_t next; /* the row that comes into the band next */

    uint32_t *row; /* [2 radius_y + 1][width] the rows of the band, row y in place y modulo that */
    uint32_t *column_n; /* [width] of a column of the band */
    uint64_t *column_sum, *column_squares;
    uint32_t *n; /* [width + 1] of all columns of the band before this one */
    uint64_t *sum, *squares;
};

/* How many pixels count, the sum of their values, and of the squares of these. */
struct sat_sums {
    uint32_t n;
    uint64_t sum, squares;
};

/* For integer types. Windows are 2 radius + 1 pixels wide and high. The table has no band yet.
 * WN_ERR_MEMORY. */
wn_status sat_create(const struct pixels *pixels, const uint8_t *left_out, size_t radius_x,
                     size_t radius_y, struct sat *sat);
void sat_free(struct sat *sat);

/* Go to the band about row y: first 0, then the next, and so on. */
void sat_move(struct sat *sat, size_t y);

/* The pixels of row y of the band, in the working form. */
static inline const uint32_t *sat_row(const struct sat *sat, size_t y)
{
    return sat->row + y % (2 * sat->radius_y + 1) * sat->pixels->width;
}

/* The sums over the window about pixel x of the row in the middle of the band, as far as it lies
 * in the frame. */
static inline struct sat_sums sat_window(const struct sat *sat, size_t x)
{
    const size_t first = x > sat->radius_x ? x - sat->radius_x : 0;
    const size_t end = at_most(x + sat->radius_x + 1, sat->pixels->width);
    return (struct sat_sums){sat->n[end] - sat->n[first], sat->sum[end] - sat->sum[first],
                             sat->squares[end] - sat->squares[first]};
}

#endif
