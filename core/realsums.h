/* Sums of real numbers over windows of a frame. Each is summed for itself, columns first: nothing
 * is carried on from one window to the next, where a large number would leave its rounding behind.
 */
#ifndef WN_REALSUMS_H
#define WN_REALSUMS_H

#include "pixels.h"

struct real_sums {
    const struct pixels *pixels;
    const uint8_t *left_out; /* as in struct sat */
    size_t radius_x, radius_y;
    size_t next;

    double *row;    /* [2 radius_y + 1][width] as in struct sat; NaN: flagged */
    double *column; /* [3][width] of a column: how many pixels count, their sum, their squares' */
    double *sum;    /* [3][width] of the windows about the pixels of the row that was gone to */
};

/* As sat_create() and so on. Pixels of SAT_LIMIT or more are left out here as well. */
wn_status real_sums_create(const struct pixels *pixels, const uint8_t *left_out, size_t radius_x,
                           size_t radius_y, struct real_sums *sums);
void real_sums_free(struct real_sums *sums);
void real_sums_move(struct real_sums *sums, size_t y);

static inline const double *real_sums_row(const struct real_sums *sums, size_t y)
{
    return sums->row + y % (2 * sums->radius_y + 1) * sums->pixels->width;
}

#endif
