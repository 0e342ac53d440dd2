/* A cheap single-precision pre-test for the dispersion test (spots/dispersion_test.h). It decides
 * nearly all pixels; those it cannot decide are re-tested by the caller with exact sums, so results
 * are exact. */
#ifndef WN_SPOTS_DISPERSION_SCREEN_H
#define WN_SPOTS_DISPERSION_SCREEN_H

#include "spots/finder.h"
#include "spots/signal_mask.h"

struct dispersion_screen {
    const wn_spot_params *params;
    const struct pixels *pixels;
    size_t radius_x, radius_y;
    size_t next;   /* the next row to enter the windows */
    size_t padded; /* width of a row plus radius_x on both sides */
    /* [2 radius_y + 1][width] ring buffers of the rows in the windows; row y is at y % (2 radius_y
     * + 1). */
    uint32_t *counts;
    float *squares;
    uint32_t *column_n, *column_sum; /* [width] sums over the rows of the windows */
    float *column;                   /* [3][padded] the same as floats: n, sum, sum of squares */
    float *window;                   /* [2][width] n and sum of the window around a pixel */
    uint8_t *mark;                   /* [width] signal mask of the current row */
};

/* WN_ERR_MEMORY. */
wn_status wn_dispersion_screen_create(const wn_spot_params *params, const struct pixels *pixels,
                                      struct dispersion_screen *screen);
void wn_dispersion_screen_free(struct dispersion_screen *screen);

/* Move to row y: 0, then 1, and so on. Marks valid pixels; of these, pixels certainly in a
 * dispersed window as signal, undecided ones as open. Valid pixels of floats are all open. */
void wn_dispersion_screen_move(struct dispersion_screen *screen, size_t y);

/* Mark as open those pixels of the current row y that may be in a dispersed window and may stand
 * out from it. */
void wn_dispersion_screen_test(struct dispersion_screen *screen, size_t y);

#endif
