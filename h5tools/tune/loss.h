/* What compression does to planted spots (tune/planted_spots.h) and to the background of frames. */
#ifndef H5WINNOW_TUNE_LOSS_H
#define H5WINNOW_TUNE_LOSS_H

#include <stdint.h>

#include "tune/planted_spots.h"

/* Sums over the spots of a strength, of the intensity planted and of that lost, counts. */
struct loss_sums {
    uint64_t spots;
    double planted, lost;
    double planted2, product, lost2; /* sums of squares and of products */
};

/* Sums over frames; to be zeroed first. */
struct loss {
    struct loss_sums of[STRENGTHS];
    double background, background_restored; /* counts of background pixels */
};

/* Adds the planted spots of a frame. WN_ERR_MEMORY is the only error. */
wn_status loss_add_spots(const struct planted_spots *planted, const void *restored,
                         struct loss *loss);

/* Adds the clear pixels of a frame without planted spots; likewise. */
wn_status loss_add_background(const struct clear_background *background, const void *restored,
                              struct loss *loss);

/* Intensity lost by all spots of a strength, per cent; negative: gained. NaN: no such spots. */
double loss_of_spots(const struct loss *loss, enum strength strength);

/* Its standard error, per cent, from the scatter of the spots. NaN: fewer than two. */
double loss_error(const struct loss *loss, enum strength strength);

/* Mean of the restored background over that of the raw frames; NaN: no clear pixel. */
double loss_of_background(const struct loss *loss);

#endif
