/*
 * plot/frame_window.h - the part of a frame that a picture shows, in cells that are bins of pixels,
 * or single pixels magnified.
 */
#ifndef H5WINNOW_PLOT_FRAME_WINDOW_H
#define H5WINNOW_PLOT_FRAME_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "winnow.h"

/* Pictures of frames are made to be no larger than this, pixels, unless somebody wants it. */
#define SHOWN_EDGE 1300

/* Part of a frame. */
struct frame_part_shown {
    uint32_t x, y, width, height;
};

struct frame_window {
    struct frame_part_shown window; /* of the frame, pixels */
    uint32_t bin;                   /* a cell is bin x bin pixels of the frame */
    uint32_t magnify; /* and magnify x magnify pixels of the picture. One of the two is 1 */
    uint32_t columns, rows;
    double *cell;  /* [rows * columns] the highest value of each; NaN: none is valid */
    size_t masked; /* pixels of the window that are masked or flagged */
};

/* A square window of a frame about a pixel, moved and cut to be within the frame. */
struct frame_part_shown window_about(const wn_array *frame, uint32_t x, uint32_t y, uint32_t size);

/* Whether a place (pixel centres at integers) is in a window. */
bool window_has(const struct frame_part_shown *window, double x, double y);

/* Chooses the bins or the magnification of a window, so that the picture is at most SHOWN_EDGE wide
 * and high; `bin`, unless it is 0, is the bin that is wanted. False: the picture would be larger
 * than `edge`. */
bool frame_window_choose(struct frame_window *shown, struct frame_part_shown window, uint32_t bin,
                         uint32_t edge);

/* Reads the cells. `valid` ([height * width], 1 = good) may be NULL. False: not enough memory. */
bool frame_window_read(struct frame_window *shown, const wn_array *array, const void *frame,
                       const uint8_t *valid);
void frame_window_free(struct frame_window *shown);

/* The value below which this share of the cells is that are not masked, for each of n shares.
 * False: not enough memory, or no cell is valid. */
bool frame_window_quantiles(const struct frame_window *shown, const double *share, size_t n,
                            double *value);

/* Where a place on the frame (pixel centres at integers) is in the picture of the window, which
 * begins at 0, 0 (edges of pixels at integers). */
double frame_window_x(const struct frame_window *shown, double x);
double frame_window_y(const struct frame_window *shown, double y);

/* Pixels of the picture for one of the frame. */
double frame_window_factor(const struct frame_window *shown);

#endif
