/*
 * Spots of known intensity, added to a frame.
 *
 * The effect of compression on weak reflections cannot be measured on those of the frame, since
 * most candidates are noise. Of planted spots the intensity is known.
 *
 * The frame is divided into cells of 36 x 36 pixels. Each cell gets one spot at a random place in
 * its middle, unless something is flagged or stands out of the background within 6 pixels. A spot
 * is a Gaussian with a sigma of 1 pixel. Its expected counts N are chosen for a given ratio to
 * their standard error, when summed over 7 x 7 pixels with a background of b each: N / sqrt(49 b +
 * N) This is I/sigma of summation integration on one frame; a fit of the exact profile would reach
 * up to twice as much. Each pixel gets a Poisson draw of its fraction of N. Floats have no known
 * gain: for them b is the variance of the background, and the fractions are added without noise.
 */
#ifndef H5WINNOW_TUNE_PLANTED_SPOTS_H
#define H5WINNOW_TUNE_PLANTED_SPOTS_H

#include "tune/clear_background.h"

/* Intensity over its standard error. */
enum strength {
    STRENGTH_1_5,
    STRENGTH_3,
    STRENGTH_6,
    STRENGTH_12,
    STRENGTHS,
};

double strength_sigmas(enum strength strength);

/* Edge of the profile of a spot, pixels. */
#define PROFILE_EDGE   7
#define PROFILE_PIXELS (PROFILE_EDGE * PROFILE_EDGE)

struct planted_spot {
    enum strength strength;
    size_t corner;                /* the first of its pixels, y * width + x */
    float weight[PROFILE_PIXELS]; /* of its pixels in the fitted intensity, row by row */
    double intensity;             /* fitted to the added counts */
};

struct planted_spots {
    wn_array array;
    size_t pixels;
    void *frame;  /* with the spots */
    float *value; /* [pixels] of `frame` */
    struct planted_spot *spot;
    size_t spots;
};

/* Plants spots into a copy of a frame whose background is known. The same seed gives the same
 * spots. WN_ERR_MEMORY is the only error. */
wn_status planted_spots_make(const struct clear_background *background, const void *frame,
                             uint64_t seed, struct planted_spots **planted);
void planted_spots_free(struct planted_spots *planted);

/* The intensity fitted to the differences of two frames at a spot, counts. */
double spot_difference(const struct planted_spot *spot, size_t width, const float *from,
                       const float *to);

#endif
