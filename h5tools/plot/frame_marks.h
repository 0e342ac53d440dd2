/* Marks drawn over the picture of a frame: resolution rings, the beam centre, circles about spots.
 */
#ifndef H5WINNOW_PLOT_FRAME_MARKS_H
#define H5WINNOW_PLOT_FRAME_MARKS_H

#include <stdbool.h>
#include <stddef.h>

#include "geometry/resolution.h"
#include "plot/colour_map.h"
#include "plot/frame_window.h"
#include "winnow.h"

struct frame_marks {
    const struct resolution *rings; /* NULL: no rings, and no cross at the beam centre */
    const double *d;                /* [ring_count] their resolutions, angstrom */
    size_t ring_count;
    const wn_spot **spot; /* [spots] */
    size_t spots;
};

/* How spots are circled, pixels of the picture. */
struct circle_style {
    double min_radius;
    double margin; /* between the box of the spot and its circle */
    double line_width;
};

/* The style for n spots in an image: circles become smaller and thinner where so many of them would
 * hide the frame. */
struct circle_style circle_style_choose(size_t n, const cairo_rectangle_t *image);

/* Draws rings, circles, the beam centre, and then the labels of the rings on top. `image` is the
 * part of the picture that shows the window. Returns whether a ring crosses it. */
bool frame_marks_draw(const struct frame_marks *marks, const struct frame_window *window,
                      const struct colours *colours, const cairo_rectangle_t *image,
                      cairo_t *cairo);

#endif
