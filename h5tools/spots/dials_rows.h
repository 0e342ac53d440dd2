/*
 * Spots as rows of a reflection table of DIALS, whatever the file format.
 *
 * DIALS counts pixels and frames from their edges: its coordinates are ours + 0.5, and z is that of
 * the dataset, whose first frame spans 0 to 1. A rotation is experiment 0; of stills, each
 * frame is an experiment, with the number of the frame in the dataset. All spots are on panel 0.
 */
#ifndef H5WINNOW_SPOTS_DIALS_ROWS_H
#define H5WINNOW_SPOTS_DIALS_ROWS_H

#include "spots/table.h"

struct dials_spot {
    int32_t box[6]; /* x0, x1, y0, y1, z0, z1, half-open: of its strong pixels if they are kept */
    uint64_t flags;
    int32_t experiment;
    double intensity, intensity_variance;
    int32_t pixels;
    uint64_t panel;
    double centroid[3], variance[3];
};

/* A column of a reflection table. */
struct dials_column {
    const char *name, *type; /* DIALS's names */
    enum dials_number { DIALS_INT, DIALS_SIZE, DIALS_DOUBLE } number;
    unsigned width; /* numbers in an element */
    size_t offset;  /* in struct dials_spot */
};

#define DIALS_COLUMNS 9
extern const struct dials_column DIALS_COLUMN[DIALS_COLUMNS];

/* Values of a pixel in the mask of a shoebox. */
#define DIALS_VALID_FOREGROUND 5

/* Describes spot `i` of a table. */
struct dials_spot dials_spot(const struct spot_table *table, size_t i);

/* Elements of the box of a spot. */
uint64_t dials_spot_voxels(const struct dials_spot *spot);

/* Checks that DIALS can hold the numbers of all spots, and adds up the elements of their boxes, if
 * the table keeps the pixels (else 0).
 * BAD_INPUT, with a message about the file `name`: it cannot. */
enum outcome dials_spots_check(const struct spot_table *table, const char *name, uint64_t *voxels);

/* The elements of the box of a spot, x fastest, z slowest. */
struct dials_voxels {
    const wn_shoebox_pixel *pixel, *end; /* those that are still to come */
    int32_t box[6], x, y, z;             /* x, y, z: of the next element */
};

struct dials_voxels dials_voxels(const struct spot_table *table, size_t i);

/* The value of the next element and whether that is a strong pixel; those that are not are 0. */
bool dials_voxels_next(struct dials_voxels *voxels, float *value);

#endif
