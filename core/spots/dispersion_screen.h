/* Which pixels may lie in a dispersed window (see spots/dispersion_test.h), from sums in single
 * precision: nearly all are cleared in a small part of the time of exact sums, and of those that
 * are not nearly all are sure. Whoever asks settles the others by exact sums, so that the result is
 * exact. */
#ifndef WN_SPOTS_DISPERSION_SCREEN_H
#define WN_SPOTS_DISPERSION_SCREEN_H

#include "spots/finder.h"
#include "spots/signal_mask.h"

struct dispersion_screen {
    const wn_spot_params *params;
    const struct pixels *pixels;
    size_t radius_x, radius_y;
    size_t next;   /* the row that comes in next */
    size_t padded; /* width of a row with what windows reach beyond its ends */
    /* [2 radius_y + 1][width] the rows of the windows, row y in place y modulo that. */
    uint32_t *counts;
    float *squares;
    uint32_t *column_n, *column_sum; /* [width] of the rows of the windows */
    float *column; /* [3][padded] as numbers to calculate with: n, sum, sum of squares */
    float *window; /* [2][width] n and sum of the window about a pixel */
    uint8_t *mark; /* [width] of the row that was gone to */
};

/* WN_ERR_MEMORY. */
wn_status wn_dispersion_screen_create(const wn_spot_params *params, const struct pixels *pixels,
                                      struct dispersion_screen *screen);
void wn_dispersion_screen_free(struct dispersion_screen *screen);

/* Go to row y: first 0, then the next, and so on. Marked are the pixels that are valid; of these,
 * the ones in dispersed windows as signal, and open the ones that may be. Floats all are open. */
void wn_dispersion_screen_move(struct dispersion_screen *screen, size_t y);

/* Mark those pixels of row y, which was gone to, as open that are or may be in dispersed windows
 * and may stand out of them. */
void wn_dispersion_screen_test(struct dispersion_screen *screen, size_t y);

#endif
