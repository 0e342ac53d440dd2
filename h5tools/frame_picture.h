/*
 * frame_picture.h - the picture of a frame: the counts in colours, with a title, axes in pixels of
 * the frame, a legend, resolution rings, and circles about spots.
 */
#ifndef H5WINNOW_FRAME_PICTURE_H
#define H5WINNOW_FRAME_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "colours.h"
#include "picture.h"
#include "rings.h"
#include "shown.h"
#include "winnow.h"

struct frame_picture {
    const char *title, *subtitle; /* UTF-8; cut where they are too long */
    const struct shown *shown;
    struct scale scale;
    const struct colours *colours;

    const struct rings *rings; /* NULL: no rings, and no cross at the beam centre */
    const double *d;           /* [ring_count] */
    size_t ring_count;

    const wn_spot **spot; /* [spots] to be circled */
    size_t spots;
};

/* Draws the picture. `image` becomes the part of it in which the frame is. False: not enough
 * memory. */
bool frame_picture_draw(const struct frame_picture *view, struct picture *picture,
                        struct area *image);

#endif
