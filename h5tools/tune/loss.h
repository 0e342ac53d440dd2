/* effect.h - what compression does to planted spots (planted.h), and to the background of frames.
 */
#ifndef H5WINNOW_EFFECT_H
#define H5WINNOW_EFFECT_H

#include <stdint.h>

#include "tune/planted_spots.h"

/* Sums over the spots of a strength, of the intensity planted and of that lost, counts. */
struct loss_sums {
    uint64_t spots;
    double planted, lost;
    double planted2, product, lost2; /* of the squares, and of one times the other */
};

/* Sums over frames; begin with all zero. */
struct effect {
    struct loss_sums of[STRENGTHS];
    double background, background_restored; /* counts of background pixels */
};

/* Adds what became of planted spots. WN_ERR_MEMORY is the only error. */
wn_status effect_add_spots(const struct planted *planted, const void *restored,
                           struct effect *effect);

/* Adds what became of the clear pixels of a frame without planted spots; likewise. */
wn_status effect_add_background(const struct background *background, const void *restored,
                                struct effect *effect);

/* How much of their intensity the spots of a strength have lost together, per cent; negative if
 * they have gained. NaN: there are no such spots. */
double effect_loss(const struct effect *effect, enum strength strength);

/* Its standard error, per cent, from the spread over the spots. NaN: there are less than two. */
double effect_loss_error(const struct effect *effect, enum strength strength);

/* The mean of the background as restored, over that of the raw frames; NaN: there is none. */
double effect_background(const struct effect *effect);

#endif
