/*
 * plot/frame_picture.h - the picture of a frame: the counts in colours, with a title, axes in
 * pixels of the frame, a legend, resolution rings, and circles about spots.
 */
#ifndef H5WINNOW_PLOT_FRAME_PICTURE_H
#define H5WINNOW_PLOT_FRAME_PICTURE_H

#include "geometry/resolution.h"
#include "plot/canvas.h"
#include "plot/colour_map.h"
#include "plot/frame_window.h"
#include "winnow.h"

struct frame_picture {
    const char *title, *subtitle; /* UTF-8; made to fit where they are too long */
    const struct frame_window *shown;
    struct scale scale;
    const struct colours *colours;

    const struct resolution *rings; /* NULL: no rings, and no cross at the beam centre */
    const double *d;                /* [ring_count] */
    size_t ring_count;

    const wn_spot **spot; /* [spots] to be circled */
    size_t spots;
};

/* Makes the picture. `image` becomes the part of it in which the frame is. */
enum outcome frame_picture_write(const struct frame_picture *view, const struct picture_file *file,
                                 cairo_rectangle_t *image);

#endif
