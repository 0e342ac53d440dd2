/* The values at which an axis has ticks, and their labels. */
#ifndef H5WINNOW_PLOT_TICKS_H
#define H5WINNOW_PLOT_TICKS_H

#include <stdbool.h>
#include <stddef.h>

#define MAX_TICKS      40
#define TICK_LABEL_MAX 24 /* bytes */

struct ticks {
    size_t n;
    double at[MAX_TICKS]; /* ascending */
    char label[MAX_TICKS][TICK_LABEL_MAX];
};

/* Round numbers from low to high, which must be finite: at most `most` + 1 (up to MAX_TICKS - 1),
 * and at least about half as many unless low equals high. `whole`: integers only. */
void ticks_even(double low, double high, int most, bool whole, struct ticks *ticks);

/* Those of 0, 1, 2, 5, 10, 20, 50... that lie from low to high, which must not be negative; only 0
 * and powers of ten if there would be more than `most`. */
void ticks_logarithmic(double low, double high, int most, struct ticks *ticks);

#endif
