/* plot/ticks.h - where the ticks of an axis are, and what is written beside them. */
#ifndef H5WINNOW_PLOT_TICKS_H
#define H5WINNOW_PLOT_TICKS_H

#include <stdbool.h>
#include <stddef.h>

#define TICKS_MOST 40
#define TICK_SIZE  24 /* of a label */

struct ticks {
    size_t n;
    double at[TICKS_MOST]; /* ascending */
    char label[TICKS_MOST][TICK_SIZE];
};

/* Round numbers from low to high, which must be finite: at most `most` + 1 (up to TICKS_MOST - 1)
 * and, unless low is high, about half as many at least. No fractions if they are `whole`. */
void ticks_even(double low, double high, int most, bool whole, struct ticks *ticks);

/* 0, 1, 2, 5, 10, 20, 50 and so on: those from low to high, which must not be negative; powers of
 * ten alone if there would be more than `most`. */
void ticks_logarithmic(double low, double high, int most, struct ticks *ticks);

#endif
