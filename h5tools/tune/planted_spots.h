/*
 * tune/planted_spots.h - spots of known intensity, added to a frame.
 *
 * What compression does to weak reflections cannot be seen at those of the frame: what is taken for
 * one is noise more often than not. Of spots that were put there it is known.
 *
 * The frame is divided into cells of 36 x 36 pixels. Each cell gets one spot at a random place near
 * its middle, unless something is flagged or stands out of the background within 6 pixels of it. A
 * spot is a Gaussian with a sigma of 1 pixel. Its expected counts N are such that they, summed up
 * over 7 x 7 pixels with a background of b each, are so many times their standard error:
 *     N / sqrt(49 b + N)
 * That is what a program of integration finds for a spot in one frame; for one whose profile is
 * known exactly it would be up to twice as many.
 * Each pixel gets a Poisson draw of its share of N. Floats have no known gain: there b is the
 * variance of the background, the spot has no noise of its own, and its shares are added as they
 * are.
 */
#ifndef H5WINNOW_TUNE_PLANTED_SPOTS_H
#define H5WINNOW_TUNE_PLANTED_SPOTS_H

#include "tune/clear_background.h"

/* Spots by their intensity over its standard error. */
enum strength {
    STRENGTH_1_5,
    STRENGTH_3,
    STRENGTH_6,
    STRENGTH_12,
    STRENGTHS,
};

double strength_sigmas(enum strength strength);

/* The profile of a spot, so many pixels square. */
#define PROFILE_EDGE   7
#define PROFILE_PIXELS (PROFILE_EDGE * PROFILE_EDGE)

struct planted_spot {
    enum strength strength;
    size_t corner;                /* the first of its pixels, y * width + x */
    float weight[PROFILE_PIXELS]; /* their weights in the fitted intensity, row by row */
    double intensity;             /* fitted to what was added, counts */
};

struct planted_spots {
    wn_array array;
    size_t pixels;
    void *frame;  /* with the spots */
    float *value; /* [pixels] of it */
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
