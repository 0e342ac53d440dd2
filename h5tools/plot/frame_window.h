/*
 * The part of a frame that a picture shows, as cells: bins of pixels, or single magnified pixels.
 */
#ifndef H5WINNOW_PLOT_FRAME_WINDOW_H
#define H5WINNOW_PLOT_FRAME_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "winnow.h"

/* Largest edge of a frame in a picture where no bin is asked for, pixels. */
#define DEFAULT_FRAME_EDGE 1300

/* A rectangle of a frame, pixels. */
struct frame_crop {
    uint32_t x, y, width, height;
};

struct frame_window {
    struct frame_crop crop;
    uint32_t bin;     /* a cell is bin x bin pixels of the frame, */
    uint32_t magnify; /* and magnify x magnify pixels of the picture; one of the two is 1 */
    uint32_t columns, rows;
    double *cell;  /* [rows * columns] highest valid value of each; NaN: none is valid */
    size_t masked; /* pixels of the crop that are masked or flagged */
};

/* A square about a pixel, shifted and cut to lie within the frame. */
struct frame_crop frame_crop_around(const wn_array *frame, uint32_t x, uint32_t y, uint32_t size);

/* Whether a crop contains a position (pixel centres at integers). */
bool frame_crop_contains(const struct frame_crop *crop, double x, double y);

/* Chooses the bin or the magnification of a window: the given bin, or if that is 0, such that the
 * picture is at most DEFAULT_FRAME_EDGE wide and high. False: it would be larger than `edge`. */
bool frame_window_choose(struct frame_window *window, struct frame_crop crop, uint32_t bin,
                         uint32_t edge);

/* Reads the cells. `valid` ([height * width], 1 = good) may be NULL. False: not enough memory. */
bool frame_window_read(struct frame_window *window, const wn_array *array, const void *frame,
                       const uint8_t *valid);
void frame_window_free(struct frame_window *window);

/* Quantiles of the valid cells, for each of n shares from 0 to 1. False: not enough memory, or no
 * cell is valid. */
bool frame_window_quantiles(const struct frame_window *window, const double *share, size_t n,
                            double *value);

/* From a position on the frame (pixel centres at integers) to one in the picture of the window,
 * whose origin is its upper left corner (pixel edges at integers). */
double frame_window_x(const struct frame_window *window, double x);
double frame_window_y(const struct frame_window *window, double y);

/* Pixels of the picture per pixel of the frame. */
double frame_window_factor(const struct frame_window *window);

#endif
