/* tune/loss.h - what compression does to planted spots (tune/planted_spots.h), and to the
 * background of frames.
 */
#ifndef H5WINNOW_TUNE_LOSS_H
#define H5WINNOW_TUNE_LOSS_H

#include <stdint.h>

#include "tune/planted_spots.h"

/* Sums over the spots of a strength, of the intensity planted and of that lost, counts. */
struct loss_sums {
    uint64_t spots;
    double planted, lost;
    double planted2, product, lost2; /* of the squares, and of one times the other */
};

/* Sums over frames; begin with all zero. */
struct loss {
    struct loss_sums of[STRENGTHS];
    double background, background_restored; /* counts of background pixels */
};

/* Adds what became of planted spots. WN_ERR_MEMORY is the only error. */
wn_status loss_add_spots(const struct planted_spots *planted, const void *restored,
                         struct loss *effect);

/* Adds what became of the clear pixels of a frame without planted spots; likewise. */
wn_status loss_add_background(const struct clear_background *background, const void *restored,
                              struct loss *effect);

/* How much of their intensity the spots of a strength have lost together, per cent; negative if
 * they have gained. NaN: there are no such spots. */
double loss_of_spots(const struct loss *effect, enum strength strength);

/* Its standard error, per cent, from the spread over the spots. NaN: there are less than two. */
double loss_error(const struct loss *effect, enum strength strength);

/* The mean of the background as restored, over that of the raw frames; NaN: there is none. */
double loss_of_background(const struct loss *effect);

#endif
