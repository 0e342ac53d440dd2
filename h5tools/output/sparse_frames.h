/* output/sparse_frames.h - frames that winnow has compressed, as the sparse layout has them (see
 * output/sparse_writer.h). */
#ifndef H5WINNOW_OUTPUT_SPARSE_FRAMES_H
#define H5WINNOW_OUTPUT_SPARSE_FRAMES_H

#include "input/decoded_frames.h"

struct sparse_frames {
    struct decoded_frames *source;
    size_t pixels, size;  /* of a frame; bytes of an element */
    size_t cells, points; /* of the background; points of the layout, one per cell but at least 2 */

    uint8_t dummy[8];
    bool has_dummy; /* some frame has a flagged pixel: the dummy is known */
    bool *masked;   /* [pixels] pixels that are the dummy, and no background, in every frame */

    bool *exact;                /* [pixels] of one frame: they are no background */
    bool *used;                 /* [points] of one frame: cells with background */
    size_t kept;                /* pixels that background and mask do not give */
    uint32_t *index;            /* [pixels] */
    uint8_t *intensity;         /* [pixels] elements */
    float *average, *deviation; /* [points] */
};

/* Reads all frames once, to find the mask and the dummy. `source` must outlive it. Whatever the
 * outcome, sparse_frames_free() is to be called. */
enum outcome sparse_frames_begin(struct decoded_frames *source, struct sparse_frames *exported);
void sparse_frames_free(struct sparse_frames *exported);

/* Reads a frame: kept, index, intensity, average and deviation are then those of it. */
enum outcome sparse_frames_read(struct sparse_frames *exported, uint64_t frame);

/* Whether the coordinates of sparse_frames_coordinates() are radii, in pixel widths; else they are
 * numbers of cells. */
bool sparse_frames_has_radii(const struct sparse_frames *exported);

/*
 * The coordinates of the points, and of the pixels: NaN if they are masked. The coordinate of a
 * pixel is that of its cell, so that readers, which interpolate between the points, find the mean
 * of the cell: the radius of its middle, or its number where cells are tiles or differ by the norm
 * of their pixels as well.
 */
void sparse_frames_coordinates(const struct sparse_frames *exported, float *radius, float *mask);

#endif
