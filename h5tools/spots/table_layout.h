/*
 * spots/table_layout.h - the names in a table of spots, for who writes it and who reads it.
 * SPOTS.md says the same in words.
 */
#ifndef H5WINNOW_SPOTS_TABLE_LAYOUT_H
#define H5WINNOW_SPOTS_TABLE_LAYOUT_H

#include <hdf5.h>
#include <stdint.h>

#include "hdf5/table_column.h"
#include "spots/table.h"

/* Goes up when programs that know the layout before would misread the new one. */
#define SPOT_LAYOUT_VERSION   1
#define SPOT_LAYOUT_ATTRIBUTE "winnow_spots_version"

/* Names of a table and of its groups, with what they add to it. */
#define SPOT_NAME_SIZE 256

enum spot_part {
    PART_SPOTS,
    PART_FRAMES,
    PART_PROCESS,
    PART_SHOEBOXES, /* only if pixels were kept */
    SPOT_PARTS,
};

/* The name of a group; false: it would be too long. */
bool spot_part_name(const char *table, enum spot_part part, char name[SPOT_NAME_SIZE]);

/* Columns of the spots: members of wn_spot, and those in arrays of their own. */
#define SPOT_COLUMNS 19
extern const struct table_column SPOT_COLUMN[SPOT_COLUMNS];
extern const struct table_column SPOT_FRAME_COLUMN, SPOT_D_COLUMN, SPOT_BOX_COLUMN,
    SPOT_FRAME_PTR_COLUMN;

/* Columns that are not read back: they follow from others. */
extern const struct table_column SPOT_FLAGS_COLUMN, SPOT_PHI_COLUMN, SPOT_PHI_VARIANCE_COLUMN;
extern const struct table_column SPOT_ID_COLUMN, SPOT_MODULE_COLUMN;

/* Members of struct spot_frame. */
#define FRAME_COLUMNS 6
extern const struct table_column FRAME_COLUMN[FRAME_COLUMNS];

/* Members of wn_shoebox_pixel, and where the pixels of each spot begin. */
#define SHOEBOX_COLUMNS 6
extern const struct table_column SHOEBOX_COLUMN[SHOEBOX_COLUMNS];
extern const struct table_column SHOEBOX_PTR_COLUMN;

/* Numbers of NAME_process/geometry that are those of struct placement. */
struct spot_quantity {
    const char *name, *units, *description;
};
extern const struct spot_quantity SPOT_PLACE[PLACEMENT_QUANTITIES];

/* The angle at the middle of a frame, or between two. */
double spot_phi(const struct spot_table *table, double z);

#endif
