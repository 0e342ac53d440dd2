/*
 * The picture of a frame: counts as colours, with a title, axes in pixels of the frame, a legend,
 * resolution rings, and circles about spots.
 */
#ifndef H5WINNOW_PLOT_FRAME_PICTURE_H
#define H5WINNOW_PLOT_FRAME_PICTURE_H

#include "plot/canvas.h"
#include "plot/colour_map.h"
#include "plot/frame_marks.h"
#include "plot/frame_window.h"

struct frame_picture {
    const char *title, *subtitle; /* UTF-8; shrunk or cut where they are too long */
    const struct frame_window *window;
    struct scale scale;
    const struct colours *colours;
    struct frame_marks marks;
};

/* Writes the picture. `image` becomes the part of it that shows the frame. */
enum outcome frame_picture_write(const struct frame_picture *view, const struct picture_file *file,
                                 cairo_rectangle_t *image);

#endif
