/* Frames compressed by winnow, converted to the sparse layout (see output/sparse_writer.h). */
#ifndef H5WINNOW_OUTPUT_SPARSE_FRAMES_H
#define H5WINNOW_OUTPUT_SPARSE_FRAMES_H

#include "input/decoded_frames.h"

struct sparse_frames {
    struct decoded_frames *source;
    size_t pixels, size;  /* of a frame; bytes of an element */
    size_t cells, points; /* of the background; points of the layout, one per cell but at least 2 */

    uint8_t dummy[8];
    bool has_dummy; /* some frame has a flagged pixel, which gives the dummy */
    bool *masked;   /* [pixels] equal to the dummy, and not background, in every frame */

    bool *exact;                /* [pixels] of one frame: not background */
    bool *used;                 /* [points] of one frame: cells with background */
    size_t kept;                /* pixels not given by background and mask */
    uint32_t *index;            /* [pixels] */
    uint8_t *intensity;         /* [pixels] elements */
    float *average, *deviation; /* [points] */
};

/* Reads all frames once, to find the mask and the dummy. `source` must outlive the struct.
 * sparse_frames_free() must be called whatever the outcome. */
enum outcome sparse_frames_begin(struct decoded_frames *source, struct sparse_frames *exported);
void sparse_frames_free(struct sparse_frames *exported);

/* Reads a frame and sets kept, index, intensity, average and deviation. */
enum outcome sparse_frames_read(struct sparse_frames *exported, uint64_t frame);

/* Whether the coordinates of sparse_frames_coordinates() are radii, in pixel widths; otherwise cell
 * numbers. */
bool sparse_frames_has_radii(const struct sparse_frames *exported);

/*
 * Coordinates of the points and of the pixels (NaN: masked). The coordinate of a pixel is that of
 * its cell, so that readers, which interpolate between points, get the mean of the cell: the radius
 * of the cell's middle, or its number where cells are tiles or are also divided by norm.
 */
void sparse_frames_coordinates(const struct sparse_frames *exported, float *radius, float *mask);

#endif
