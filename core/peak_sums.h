/* Where a spot is that is made of peaks with positions of their own: their mean, by intensity. */
#ifndef WN_PEAK_SUMS_H
#define WN_PEAK_SUMS_H

#include "winnow.h"

struct peak_sums {
    double weight;
    double x, y;                   /* sums of weight * position */
    double variance_x, variance_y; /* sums of weight^2 * variance */
};

/* The intensities of the spots of a frame that have positions: sums of value - expected, but no
 * less than a trifle. `weight` has room for found->peaks of them. */
void peak_weights(const wn_found *found, double *weight);

void peak_sums_add(struct peak_sums *sums, const wn_found_peak *peak, double weight);
void peak_sums_join(struct peak_sums *sums, const struct peak_sums *other);

/* Puts a spot where its peaks are; one without peaks stays where it is. */
void peak_sums_place(const struct peak_sums *sums, wn_spot *spot);

#endif
