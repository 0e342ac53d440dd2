/*
 * The background expected in each pixel of a frame: that of winnow's cells, scaled to the
 * surroundings of the pixel, so that shadows and polarisation are not taken for signal.
 */
#ifndef H5WINNOW_TUNE_CLEAR_BACKGROUND_H
#define H5WINNOW_TUNE_CLEAR_BACKGROUND_H

#include "winnow.h"

/* Around a clear pixel, in a square that reaches so many pixels each way, nothing is flagged and
 * nothing exceeds the background by 4 sigma. */
#define CLEAR_RADIUS 6

struct clear_background {
    wn_array array;
    size_t pixels;
    /* all [pixels]: */
    float *value;    /* of the frame; 0 where it is flagged */
    float *mean;     /* expected, counts; 0 where it is flagged */
    float *variance; /* of a background pixel, counts^2; likewise */
    bool *clear;
};

/* Finds the background of one frame (array->frames must be 1). If winnow finds none, no pixel is
 * clear. `map` belongs to the parameters. Errors are those of wn_encode(). */
wn_status clear_background_find(const wn_map *map, const wn_params *params, const wn_array *array,
                                const void *frame, int threads,
                                struct clear_background **background);
void clear_background_free(struct clear_background *background);

#endif
