/*
 * effect.h - what compression does to the signal and to the background of frames, seen in the
 * frames alone.
 *
 * Signal is looked for in the raw frame. A place is a pixel whose sum of counts over 3 x 3 pixels
 * is a local maximum and exceeds the background there by more than 2 sigma of that sum. The
 * background is the law that winnow finds, brought to the level of the surroundings, so that
 * shadows and polarisation are no signal. Nothing is indexed: most of the weakest places are noise,
 * which no compression keeps, so that their loss is larger than that of weak reflections. What
 * becomes of these shows when known reflections are integrated.
 */
#ifndef H5WINNOW_EFFECT_H
#define H5WINNOW_EFFECT_H

#include <stdint.h>

#include "winnow.h"

/* Places by their excess in sigma. */
enum excess {
    EXCESS_2_TO_4,
    EXCESS_4_TO_8,
    EXCESS_ABOVE_8,
    EXCESS_CLASSES,
};

/* Sums over frames; begin with all zero. */
struct effect {
    struct {
        uint64_t places;
        double excess; /* counts above the background */
        double lost;   /* counts that are missing in the restored frames */
    } of[EXCESS_CLASSES];
    double background, background_restored; /* counts of background pixels */
};

/* The places and the background pixels of a raw frame. */
struct reference;

/* Looks for them in one frame (array->frames must be 1). A frame that winnow finds no background in
 * has none. `map` belongs to the parameters. Errors are those of wn_encode(). */
wn_status reference_make(const wn_map *map, const wn_params *params, const wn_array *array,
                         const void *frame, int threads, struct reference **reference);
void reference_free(struct reference *reference);

/* Adds what became of a frame to the sums. WN_ERR_MEMORY is the only error. */
wn_status effect_add(const struct reference *reference, const void *restored,
                     struct effect *effect);

/* How much of their excess the places of a class have lost together, per cent; negative if they
 * have gained. NaN: there are no such places. */
double effect_loss(const struct effect *effect, enum excess class);

/* The mean of the background as restored, over that of the raw frames; NaN: there is none. */
double effect_background(const struct effect *effect);

#endif
