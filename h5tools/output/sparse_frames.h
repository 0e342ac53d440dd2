/* exported.h - frames that winnow has compressed, as the sparse layout has them (see sparse.h). */
#ifndef H5WINNOW_EXPORTED_H
#define H5WINNOW_EXPORTED_H

#include "input/decoded_frames.h"

struct exported {
    struct restored *source;
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
 * outcome, exported_free() is to be called. */
enum outcome exported_begin(struct restored *source, struct exported *exported);
void exported_free(struct exported *exported);

/* Reads a frame: kept, index, intensity, average and deviation are then those of it. */
enum outcome exported_read(struct exported *exported, uint64_t frame);

/* Whether the coordinates of exported_coordinates() are radii, in pixel widths; else they are
 * numbers of cells. */
bool exported_has_radii(const struct exported *exported);

/*
 * The coordinates of the points, and of the pixels: NaN if they are masked. The coordinate of a
 * pixel is that of its cell, so that readers, which interpolate between the points, find the mean
 * of the cell: the radius of its middle, or its number where cells are tiles or differ by the norm
 * of their pixels as well.
 */
void exported_coordinates(const struct exported *exported, float *radius, float *mask);

#endif
