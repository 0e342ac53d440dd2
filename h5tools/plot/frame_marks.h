/* plot/frame_marks.h - what is drawn over a frame: resolution rings, the beam centre, circles. */
#ifndef H5WINNOW_PLOT_FRAME_MARKS_H
#define H5WINNOW_PLOT_FRAME_MARKS_H

#include <stdbool.h>

#include "plot/frame_picture.h"

/* How spots are marked. */
struct circles {
    double least;  /* radius, pixels of the picture */
    double around; /* beyond the box of the spot */
    double line;   /* width */
};

/* Circles become smaller and thinner where there are so many that they would hide the frame. */
struct circles circles_choose(const struct frame_picture *view, const cairo_rectangle_t *image);

void circle_draw(cairo_t *cairo, double x, double y, double radius, double line,
                 struct colour colour);

/* Draws rings, spots, the beam centre, and the labels of the rings above all of them. Returns
 * whether a ring crosses the image. */
bool frame_marks_draw(const struct frame_picture *view, const cairo_rectangle_t *image,
                      cairo_t *cairo);

#endif
